import type { JsonObject } from 'sandbox-kit/json';
import type { ActResult } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import type { Channel, Member, StoredMessage } from '../guild/types.ts';
import { interactionPayload } from './interaction-payloads.ts';
import type { Interaction, InteractionType, Outcome } from './interactions.ts';

/** An impossible action, such as a press of a button that is not there. */
export class ImpossibleAct extends Error {
  override name = 'ImpossibleAct';
}

export const memberOf = (user: string, { guild }: Core): Member => {
  const member = guild.member(user);
  if (member === undefined || member.bot) throw new ImpossibleAct(`there is no person ${user}`);
  return member;
};

/** A channel that this person sees. */
export const channelFor = (user: string, id: string, { guild }: Core): Channel => {
  const channel = guild.channel(id);
  if (channel === undefined || !guild.may(user, 'VIEW_CHANNEL', channel))
    throw new ImpossibleAct(`${user} sees no channel ${id}`);
  return channel;
};

/** A message that this person sees. */
export const messageFor = (user: string, id: string, core: Core): StoredMessage => {
  const message = core.guild.storage.message(id);
  if (message === undefined || (message.ephemeral_to ?? user) !== user)
    throw new ImpossibleAct(`${user} sees no message ${id}`);
  channelFor(user, message.channel_id, core);
  return message;
};

/** Sends the app an interaction and waits for its answer; tells the person if there is none. */
export const interact = async (
  core: Core,
  given: {
    readonly type: InteractionType;
    readonly user: string;
    readonly channel: string;
    readonly data: JsonObject;
    readonly source?: string | undefined;
    readonly name?: string;
  },
): Promise<{ readonly result: ActResult; readonly outcome: Outcome | null }> => {
  const started = performance.now();
  const ms = (): number => Math.round(performance.now() - started);
  const tell = (text: string): void =>
    core.guild.announce({
      type: 'notice',
      notice: {
        id: core.guild.nextId(),
        user: given.user,
        channel: given.channel,
        ...(given.source === undefined ? {} : { about: given.source }),
        text,
      },
    });
  if (!core.gateway.hasSession() || core.guild.member(ids.bot)?.inGuild !== true) {
    tell('The application did not respond: it is not connected. Start it, or wait while it reconnects.');
    return { result: { outcome: 'not_connected', ms: ms() }, outcome: null };
  }
  reopen(given.channel, core);
  const { interaction, outcome } = core.interactions.begin({
    id: core.guild.nextId(),
    type: given.type,
    user: given.user,
    channel: given.channel,
    source: given.source,
    name: given.name,
  });
  send(core, interaction, given.data);
  const answered = await outcome;
  if (answered === null) {
    tell(given.type === 2 ? 'The application did not respond' : 'This interaction failed');
    return { result: { outcome: 'timeout', ms: ms() }, outcome: null };
  }
  const message = core.guild.storage.message(answered.message ?? '0');
  return {
    outcome: answered,
    result: {
      outcome: 'answered',
      ms: ms(),
      response: answered.callback,
      ...(message === undefined ? {} : { message }),
    },
  };
};

/** Discord's client first opens an archived thread; it cannot open a locked one. */
const reopen = (id: string, { guild }: Core): void => {
  const channel = guild.channel(id);
  if (channel?.thread?.archived === true && !channel.thread.locked)
    guild.changeChannel({ ...channel, thread: { ...channel.thread, archived: false } });
};

const send = (core: Core, interaction: Interaction, data: JsonObject): void => {
  if (core.faults.takeLostInteraction()) return;
  core.gateway.dispatch('INTERACTION_CREATE', interactionPayload(interaction, data, core));
};
