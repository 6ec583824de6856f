import type { App } from '@slack/bolt';
import { RELABEL_CALLBACK } from '../../messages/modals/relabel-modal.ts';
import { REMARK_CALLBACK } from '../../messages/modals/remark-modal.ts';
import type { ListenerContext } from '../context.ts';
import { submitRelabel } from './submit-relabel.ts';
import { submitRemark } from './submit-remark.ts';

export const register = (app: App, context: ListenerContext): void => {
  app.view(RELABEL_CALLBACK, submitRelabel(context));
  app.view(REMARK_CALLBACK, submitRemark(context));
};
