import type { Core } from '../core.ts';
import { directChannelOf, ids } from '../workspace/ids.ts';
import { SlackApiError } from './api-error.ts';

// Which channels the bot may see, read, post in and change, with Slack's error names
// (docs.slack.dev/reference/methods). A private channel without the bot does not exist for it.

/** A channel by id. @throws `channel_not_found` */
export const knownChannel = (id: string, core: Core): string => {
  if (!core.workspace.isChannel(id) || (isPrivate(id, core) && !isIn(id, core)))
    throw new SlackApiError('channel_not_found');
  if (isPrivate(id, core)) needScope('groups:read', core);
  return id;
};

/** The bot reads the history only of channels that it is in, public or private; archived ones too. */
export const readableChannel = (id: string, core: Core): string => {
  knownChannel(id, core);
  if (!isIn(id, core)) throw new SlackApiError('not_in_channel');
  if (isPrivate(id, core)) needScope('groups:history', core);
  if (core.workspace.channel(id) === undefined) needScope('im:history', core);
  return id;
};

/**
 * Where a post goes: a channel's id or name (`#finkvra`), or a person's id for a direct message. With
 * `chat:write.public` it may also be a public channel without the bot, except for private notes.
 */
export const channelToPostIn = (given: string, kind: 'message' | 'private note', core: Core): string => {
  const named = core.workspace.storage.channels().find(({ name }) => name === given.replace(/^#/, ''));
  const member = core.workspace.member(given);
  const id = named?.id ?? (member?.team === ids.team ? directChannelOf(given) : given);
  knownChannel(id, core);
  const anywhere = kind === 'message' && core.settings.scopes.includes('chat:write.public');
  if (!isIn(id, core) && !anywhere) throw new SlackApiError('not_in_channel');
  if (core.workspace.channel(id)?.isArchived === true) throw new SlackApiError('is_archived');
  return id;
};

/** A channel in which the bot may change its messages: it must be a member, and the channel not archived. */
export const channelToChange = (id: string, core: Core): string => {
  knownChannel(id, core);
  if (!isIn(id, core)) throw new SlackApiError('channel_not_found');
  if (core.workspace.channel(id)?.isArchived === true) throw new SlackApiError('is_inactive');
  return id;
};

/** A public channel that the bot may join by itself. */
export const joinableChannel = (id: string, core: Core): string => {
  knownChannel(id, core);
  const channel = core.workspace.channel(id);
  if (channel === undefined || channel.isPrivate)
    throw new SlackApiError('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new SlackApiError('is_archived');
  return id;
};

/** Whether the bot is a member. Every direct message is between a person and the bot. */
export const isIn = (id: string, core: Core): boolean =>
  core.workspace.channel(id) === undefined || core.workspace.isMember(id, ids.botUser);

const isPrivate = (id: string, core: Core): boolean => core.workspace.channel(id)?.isPrivate === true;

const needScope = (scope: string, core: Core): void => {
  const { scopes } = core.settings;
  if (!scopes.includes(scope))
    throw new SlackApiError('missing_scope', { needed: scope, provided: scopes.join(',') });
};
