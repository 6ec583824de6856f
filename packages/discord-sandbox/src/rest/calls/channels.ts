import { ids } from '../../guild/ids.ts';
import type { Channel } from '../../guild/types.ts';
import { limits } from '../../validate/limits.ts';
import { checkBoolean, checkText } from '../../validate/problems.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { needPermission, seenChannel } from '../channel-access.ts';
import { type Answer, type Call, noContent, ok, type Route } from '../route.ts';
import { checkAutoArchive } from './threads.ts';

const often = { limit: 10, windowMs: 10_000 };

/** Changes a thread (its opener may archive and rename it, only moderators may lock it) or renames a channel. */
const modify = (call: Call): Answer => {
  const { core, body } = call;
  const channel = seenChannel(call);
  refuseForm([
    ...checkText(body.name, ['name'], { min: 1, max: limits.threadName }),
    ...checkBoolean(body.archived, ['archived']),
    ...checkBoolean(body.locked, ['locked']),
    ...checkAutoArchive(body.auto_archive_duration),
  ]);
  const name = typeof body.name === 'string' ? body.name : channel.name;
  if (channel.thread === undefined) {
    needPermission('MANAGE_CHANNELS', channel, core);
    return ok(core.payloads.channel(core.guild.changeChannel({ ...channel, name })));
  }
  if (channel.thread.owner !== ids.bot || body.locked === true)
    needPermission('MANAGE_THREADS', channel, core);
  if (channel.thread.archived && body.archived !== false) refuse('archivedThread');
  const archived = typeof body.archived === 'boolean' ? body.archived : channel.thread.archived;
  const changed: Channel = {
    ...channel,
    name,
    thread: {
      ...channel.thread,
      archived,
      locked: typeof body.locked === 'boolean' ? body.locked : channel.thread.locked,
      autoArchive:
        typeof body.auto_archive_duration === 'number'
          ? body.auto_archive_duration
          : channel.thread.autoArchive,
      archivedAt: core.guild.now().toISOString(),
    },
  };
  return ok(core.payloads.channel(core.guild.changeChannel(changed)));
};

export const channelRoutes: readonly Route[] = [
  {
    name: 'get-channel',
    method: 'GET',
    path: '/channels/:channel',
    rate: often,
    run: (call) => ok(call.core.payloads.channel(seenChannel(call))),
  },
  { name: 'modify-channel', method: 'PATCH', path: '/channels/:channel', rate: often, run: modify },
  {
    name: 'trigger-typing-indicator',
    method: 'POST',
    path: '/channels/:channel/typing',
    rate: often,
    run: (call) => {
      needPermission('SEND_MESSAGES', seenChannel(call), call.core);
      return noContent;
    },
  },
];
