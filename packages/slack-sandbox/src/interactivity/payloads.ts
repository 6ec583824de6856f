import type { JsonObject } from 'sandbox-kit/json';
import { directChannelOf, ids, newId } from '../workspace/ids.ts';
import { slackMessageOf } from '../workspace/slack-message.ts';
import type { Member, StoredMessage } from '../workspace/types.ts';
import { stateValues } from './elements.ts';
import { type View, viewPayload } from './open-views.ts';

/** Deprecated but still in every payload; it proves nothing. */
const VERIFICATION_TOKEN = 'sandbox-verification-token';

const common = (member: Member): JsonObject => ({
  user: { id: member.id, username: member.name, name: member.name, team_id: member.team },
  api_app_id: ids.app,
  token: VERIFICATION_TOKEN,
  team: { id: ids.team, domain: ids.teamDomain },
  enterprise: null,
  is_enterprise_install: false,
});

/** `block_actions` of a message: one action, and the message as it is now. */
export const messageActions = (given: {
  readonly member: Member;
  readonly message: StoredMessage;
  readonly channelName: string;
  readonly action: JsonObject;
  readonly triggerId: string;
  readonly responseUrl: string;
}): JsonObject => {
  const { member, message } = given;
  const ephemeral = message.ephemeral_to !== undefined;
  return {
    type: 'block_actions',
    ...common(member),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: ephemeral,
      ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    },
    trigger_id: given.triggerId,
    channel: { id: message.channel, name: given.channelName },
    ...(ephemeral ? {} : { message: slackMessageOf(message) }),
    state: { values: stateValues(message.blocks) },
    response_url: given.responseUrl,
    actions: [given.action],
  };
};

/** `block_actions` of a modal or a Home tab. */
export const viewActions = (given: {
  readonly member: Member;
  readonly view: View;
  readonly action: JsonObject;
  readonly triggerId: string;
}): JsonObject => {
  const view = viewPayload(given.view);
  return {
    type: 'block_actions',
    ...common(given.member),
    container: { type: 'view', view_id: given.view.id },
    trigger_id: given.triggerId,
    view,
    actions: [given.action],
  };
};

export const viewSubmission = (member: Member, view: View, triggerId: string): JsonObject => ({
  type: 'view_submission',
  ...common(member),
  trigger_id: triggerId,
  view: viewPayload(view),
  response_urls: [],
});

export const viewClosed = (member: Member, view: View, isCleared: boolean): JsonObject => ({
  type: 'view_closed',
  ...common(member),
  view: viewPayload(view),
  is_cleared: isCleared,
});

export const slashCommand = (given: {
  readonly member: Member;
  readonly channel: string;
  readonly channelName: string;
  readonly command: string;
  readonly text: string;
  readonly triggerId: string;
  readonly responseUrl: string;
}): JsonObject => ({
  token: VERIFICATION_TOKEN,
  team_id: given.member.team,
  team_domain: given.member.team === ids.team ? ids.teamDomain : 'elsewhere',
  channel_id: given.channel,
  channel_name: given.channelName,
  user_id: given.member.id,
  user_name: given.member.name,
  command: given.command,
  text: given.text,
  api_app_id: ids.app,
  is_enterprise_install: 'false',
  response_url: given.responseUrl,
  trigger_id: given.triggerId,
});

/** An event as the Events API wraps it. */
export const appHomeOpened = (member: Member, view: View | undefined, ts: string): JsonObject => ({
  token: VERIFICATION_TOKEN,
  team_id: ids.team,
  api_app_id: ids.app,
  event: {
    type: 'app_home_opened',
    user: member.id,
    channel: directChannelOf(member.id),
    tab: 'home',
    event_ts: ts,
    ...(view === undefined ? {} : { view: viewPayload(view) }),
  },
  type: 'event_callback',
  event_id: newId('Ev'),
  event_time: Math.floor(Number(ts)),
  authorizations: [
    {
      enterprise_id: null,
      team_id: ids.team,
      user_id: ids.botUser,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  is_ext_shared_channel: false,
});
