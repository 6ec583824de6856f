import {
  type APIInteraction,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
} from 'discord-api-types/v10';
import type { Logger } from 'pino';
import { messageOf } from '../../../lib/errors.ts';

export interface EventsOptions {
  /** @param replayed Discord sent it after a resume; its 3 seconds may be over */
  readonly onInteraction: (interaction: APIInteraction, replayed: boolean) => Promise<void>;
  /** All events up to this number are handled. */
  readonly done: (sequence: number) => void;
  readonly log: Logger;
}

/** Handles a session's events. Interactions take a while. */
export interface Events {
  take(payload: GatewayDispatchPayload, replayed: boolean): void;
  /** A new session begins, with new event numbers. */
  forget(): void;
  /** Resolves when no event is being handled. */
  settled(): Promise<void>;
}

export const createEvents = ({ onInteraction, done, log }: EventsOptions): Events => {
  const running = new Set<Promise<void>>();
  /** The events of this session under way, and the highest number seen. */
  let session = { open: new Set<number>(), youngest: 0 };

  const deal = async (
    { open }: typeof session,
    interaction: APIInteraction,
    sequence: number,
    replayed: boolean,
  ): Promise<void> => {
    open.add(sequence);
    try {
      await onInteraction(interaction, replayed);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'an interaction was not handled');
    }
    open.delete(sequence);
  };
  /** All events before the oldest one under way are handled. */
  const settle = ({ open, youngest }: typeof session): void =>
    done(Math.min(youngest, ...[...open].map((oldest) => oldest - 1)));

  return {
    take: (payload, replayed) => {
      const its = session;
      its.youngest = Math.max(its.youngest, payload.s);
      if (payload.t !== GatewayDispatchEvents.InteractionCreate) return settle(its);
      const work = deal(its, payload.d, payload.s, replayed).then(() => {
        running.delete(work);
        if (its === session) settle(its);
      });
      running.add(work);
    },
    forget: () => {
      session = { open: new Set(), youngest: 0 };
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
};
