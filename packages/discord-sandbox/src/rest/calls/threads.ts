import type { Core } from '../../core.ts';
import { ids } from '../../guild/ids.ts';
import type { Channel } from '../../guild/types.ts';
import { limits } from '../../validate/limits.ts';
import { checkOneOf, checkText, type Problem, problem } from '../../validate/problems.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { messageIn, needPermission, seenChannel } from '../channel-access.ts';
import { type Answer, type Call, created, noContent, ok, param, type Route } from '../route.ts';

const starting = { limit: 50, windowMs: 300_000 };
const often = { limit: 10, windowMs: 10_000 };
const PUBLIC_THREAD = 11;

export const checkAutoArchive = (minutes: unknown): Problem[] =>
  minutes === undefined || minutes === null
    ? []
    : checkOneOf(minutes, ['auto_archive_duration'], [60, 1_440, 4_320, 10_080]);

const checkThread = ({ body }: Call): void =>
  refuseForm([
    ...checkText(body.name, ['name'], { min: 1, max: limits.threadName, needed: true }),
    ...checkAutoArchive(body.auto_archive_duration),
  ]);

const parentOf = (call: Call): Channel => {
  const parent = seenChannel(call);
  if (parent.type !== 0)
    refuseForm([problem([], 'CHANNEL_TYPE_INVALID', 'Cannot start a thread in this type of channel')]);
  needPermission('CREATE_PUBLIC_THREADS', parent, call.core);
  return parent;
};

const open = ({ core, body }: Call, id: string, parent: Channel): Channel =>
  core.guild.addChannel({
    id,
    type: PUBLIC_THREAD,
    name: String(body.name),
    overwrites: [],
    thread: {
      parent: parent.id,
      owner: ids.bot,
      archived: false,
      locked: false,
      autoArchive: typeof body.auto_archive_duration === 'number' ? body.auto_archive_duration : 1_440,
      archivedAt: core.guild.now().toISOString(),
      messages: 0,
    },
  });

/** A thread from a message has the message's id; its first line points to it. */
const startFromMessage = (call: Call): Answer => {
  const { core } = call;
  const parent = parentOf(call);
  const message = messageIn(parent, param(call, 'message'), core);
  checkThread(call);
  if (core.guild.channel(message.id) !== undefined) refuse('threadExists');
  const thread = open(call, message.id, parent);
  core.guild.post({ channel_id: thread.id, author: message.author, type: 21, reply_to: message.id });
  core.guild.announce({ type: 'message_updated', message });
  return created(core.payloads.channel(thread));
};

/** A thread without a message is announced in its channel. */
const startWithoutMessage = (call: Call): Answer => {
  const { core, body } = call;
  const parent = parentOf(call);
  checkThread(call);
  // By default the thread is private, which the app may not create.
  if (body.type !== PUBLIC_THREAD) refuse('missingPermissions');
  const thread = open(call, core.guild.nextId(), parent);
  core.guild.post({ channel_id: parent.id, author: ids.bot, type: 18, content: thread.name });
  return created(core.payloads.channel(thread));
};

/** A post opens an archived thread and counts in it. */
export const wakeThread = (channel: Channel, { guild }: Core): void => {
  if (channel.thread === undefined) return;
  const thread = { ...channel.thread, archived: false, messages: channel.thread.messages + 1 };
  guild.changeChannel({ ...channel, thread });
};

const threadsOf = (core: Core, wanted: (channel: Channel) => boolean): unknown => {
  const threads = core.guild.channels().filter((one) => one.thread !== undefined && wanted(one));
  return { threads: threads.map(core.payloads.thread), members: [], has_more: false };
};

export const threadRoutes: readonly Route[] = [
  {
    name: 'start-thread-from-message',
    method: 'POST',
    path: '/channels/:channel/messages/:message/threads',
    rate: starting,
    run: startFromMessage,
  },
  {
    name: 'start-thread-without-message',
    method: 'POST',
    path: '/channels/:channel/threads',
    rate: starting,
    run: startWithoutMessage,
  },
  {
    name: 'join-thread',
    method: 'PUT',
    path: '/channels/:channel/thread-members/@me',
    rate: often,
    run: (call) => {
      if (seenChannel(call).thread?.archived === true) refuse('archivedThread');
      return noContent;
    },
  },
  {
    name: 'list-public-archived-threads',
    method: 'GET',
    path: '/channels/:channel/threads/archived/public',
    rate: often,
    run: (call) => {
      const parent = seenChannel(call);
      needPermission('READ_MESSAGE_HISTORY', parent, call.core);
      return ok(
        threadsOf(call.core, ({ thread }) => thread?.parent === parent.id && thread.archived === true),
      );
    },
  },
  {
    name: 'list-active-guild-threads',
    method: 'GET',
    path: '/guilds/:guild/threads/active',
    rate: often,
    run: ({ core }) => ok(threadsOf(core, ({ thread }) => thread?.archived === false)),
  },
];
