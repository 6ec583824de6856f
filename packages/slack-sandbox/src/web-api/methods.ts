import { SlackApiError } from './api-error.ts';
import { chatMethods } from './chat.ts';
import { conversationsMethods } from './conversations.ts';
import { filesMethods } from './files.ts';
import type { Method, Methods } from './method.ts';
import { peopleMethods } from './users.ts';
import { viewsMethods } from './views.ts';

const appsMethods: Methods = {
  'apps.connections.open': {
    token: 'app',
    scope: 'connections:write',
    perMinute: 50,
    run: (_args, core) => {
      if (!core.faults.state().socketMode) throw new SlackApiError('socket_mode_not_enabled');
      return {
        url: `${core.baseUrl().replace('http:', 'ws:')}/link/?ticket=${core.link.issueTicket()}&app_id=A0FINKVRA`,
      };
    },
  },
};

/** Every method the sandbox knows, by name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...appsMethods,
    ...peopleMethods,
    ...chatMethods,
    ...conversationsMethods,
    ...viewsMethods,
    ...filesMethods,
  }),
);
