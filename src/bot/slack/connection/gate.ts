import type { App } from '@slack/bolt';
import type { Logger } from 'pino';
import { z } from 'zod';
import { messageOf } from '../../../lib/errors.ts';
import { OLD_BUTTON } from '../../content/note-content.ts';
import type { Place } from '../../port.ts';
import { respondTo } from './respond-to.ts';
import type { Identity } from './until-answered.ts';

type ProcessEvent = App['processEvent'];
type Event = Parameters<ProcessEvent>[0];

/** Fields that say where an event came from, in clicks, commands, modals and events alike. */
const originSchema = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  user_id: z.string().optional(),
  team_id: z.string().optional(),
  channel_id: z.string().optional(),
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string(), team_id: z.string().optional() }).optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z
    .object({
      channel_id: z.string().optional(),
      message_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .optional(),
  response_url: z.string().optional(),
  actions: z.array(z.object({ url: z.string().optional() })).optional(),
});
type Origin = z.infer<typeof originSchema>;

const OTHER_TEAM = 'Answers and commands are taken from the bot’s own workspace only; nothing was done.';
const otherChannel = (channel: string): string =>
  `Answers and commands are taken in <#${channel}> only; nothing was done.`;

/** Why an event is refused, as a sentence for its person; null if it is accepted. */
const refusalOf = (from: Origin, me: Identity, channel: string): string | null => {
  // With Slack Connect, people of another workspace carry a team of their own.
  const team = from.user?.team_id ?? from.team?.id ?? from.team_id;
  if (team !== undefined && team !== me.teamId && team !== me.enterpriseId) return OTHER_TEAM;
  const place = from.channel?.id ?? from.channel_id ?? from.container?.channel_id;
  // A direct message with the bot is private, so it is accepted.
  const elsewhere = place !== undefined && place !== channel && !place.startsWith('D');
  return elsewhere ? otherChannel(channel) : null;
};

export interface GateOptions {
  /** Null if the service stops before Slack answered. */
  readonly identity: Promise<Identity | null>;
  readonly channel: string;
  /** A team member did something. */
  readonly met: (userId: string) => void;
  /** A message of the channel was clicked; its response_url can change it. */
  readonly clicked: (place: Place, responseUrl: string) => void;
  readonly log: Logger;
}

export interface Gate {
  /** Call it when a listener does not acknowledge on purpose: Slack then shows an error. */
  withhold(ack: object): void;
  /** Takes no more events. @returns when all accepted ones are done */
  close(): Promise<void>;
}

/**
 * Stands between the connection and the app. Refuses events of other workspaces and channels. Acknowledges at
 * once what no listener handles (a button of another version, an unknown payload), since Slack shows an error
 * after three seconds.
 */
export const createGate = (app: App, { identity, channel, met, clicked, log }: GateOptions): Gate => {
  const processEvent: ProcessEvent = app.processEvent.bind(app);
  const withheld = new WeakSet<object>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const tell = async ({ response_url: url }: Origin, text: string): Promise<void> => {
    if (url === undefined) return;
    try {
      await respondTo(url, { response_type: 'ephemeral', replace_original: false, text });
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'a refusal could not be delivered');
    }
  };

  const refuse = async ({ ack }: Event, from: Origin, why: string): Promise<void> => {
    log.info({ team: from.user?.team_id ?? from.team_id, why }, 'refused');
    if (from.command !== undefined) return ack({ response_type: 'ephemeral', text: why });
    await ack();
    await tell(from, why);
  };

  const takeUnknown = async ({ ack }: Event, from: Origin): Promise<void> => {
    await ack();
    log.info({ type: from.type ?? 'none' }, 'Slack sent something that this version does not know');
    // Link buttons send an event too, but need no action here.
    const links = from.actions?.every(({ url }) => url !== undefined) ?? true;
    if (!links) await tell(from, OLD_BUTTON);
  };

  const take = async (event: Event): Promise<void> => {
    const me = await identity;
    if (me === null) return;
    const parsed = originSchema.safeParse(event.body);
    const from: Origin = parsed.success ? parsed.data : {};
    const why = refusalOf(from, me, channel);
    if (why !== null) return refuse(event, from, why);
    const person = from.user?.id ?? from.user_id;
    if (person !== undefined) met(person);
    const { container, response_url: url } = from;
    if (container?.message_ts !== undefined && container.is_ephemeral !== true && url !== undefined)
      clicked({ channel: container.channel_id ?? channel, id: container.message_ts }, url);
    let acknowledged = false;
    const ack: Event['ack'] = async (response) => {
      acknowledged = true;
      await event.ack(response);
    };
    await processEvent({ ...event, ack });
    if (!acknowledged && !withheld.has(ack)) await takeUnknown(event, from);
  };

  app.processEvent = async (event) => {
    if (closed) return;
    const work = take(event);
    underWay.add(work);
    try {
      await work;
    } finally {
      underWay.delete(work);
    }
  };
  return {
    withhold: (ack) => withheld.add(ack),
    close: async () => {
      closed = true;
      await Promise.allSettled([...underWay]);
    },
  };
};
