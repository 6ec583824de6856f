import type { App } from '@slack/bolt';
import * as actions from './actions/index.ts';
import * as commands from './commands/index.ts';
import type { ListenerContext } from './context.ts';
import * as events from './events/index.ts';
import * as views from './views/index.ts';

export const registerListeners = (app: App, context: ListenerContext): void => {
  actions.register(app, context);
  commands.register(app, context);
  events.register(app, context);
  views.register(app, context);
};
