import type { App } from '@slack/bolt';
import * as actions from './actions/index.ts';
import * as commands from './commands/index.ts';
import type { ListenerContext } from './context.ts';

export const registerListeners = (app: App, context: ListenerContext): void => {
  actions.register(app, context);
  commands.register(app, context);
};
