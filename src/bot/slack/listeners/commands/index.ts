import type { App } from '@slack/bolt';
import type { ListenerContext } from '../context.ts';
import { finkvra } from './finkvra.ts';

export const register = (app: App, context: ListenerContext): void => {
  app.command('/finkvra', finkvra(context));
};
