import type { App } from '@slack/bolt';
import { RELABEL_CALLBACK } from '../../messages/relabel-modal.ts';
import type { ListenerContext } from '../context.ts';
import { submitRelabel } from './submit-relabel.ts';

export const register = (app: App, context: ListenerContext): void => {
  app.view(RELABEL_CALLBACK, submitRelabel(context));
};
