import { callbackRoutes } from './calls/callbacks.ts';
import { channelRoutes } from './calls/channels.ts';
import { commandRoutes } from './calls/commands.ts';
import { guildRoutes } from './calls/guilds.ts';
import { messageRoutes } from './calls/messages.ts';
import { threadRoutes } from './calls/threads.ts';
import { userRoutes } from './calls/users.ts';
import { webhookRoutes } from './calls/webhooks.ts';
import type { Route } from './route.ts';

/** Every call of the sandbox; if several match an address, the first one wins. */
export const routes: readonly Route[] = [
  ...userRoutes,
  ...guildRoutes,
  ...channelRoutes,
  ...messageRoutes,
  ...threadRoutes,
  ...commandRoutes,
  ...callbackRoutes,
  ...webhookRoutes,
];

const names = routes.map(({ name }) => name);
const twice = names.find((name, index) => names.indexOf(name) < index);
if (twice !== undefined) throw new Error(`two routes are called ${twice}`);
