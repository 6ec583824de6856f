import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { forgetTrouble, keepTrouble, readTrouble } from '../../store/chat/channel-trouble.ts';
import type { Db } from '../../store/open-store.ts';
import { noteOnTrouble } from '../content/note-content.ts';
import type { Chat } from '../port.ts';
import { tellOperators } from './tell-operators.ts';

/** Keeps what stops a channel, for status and Home, says it in the log, and tells the operators. */
export interface ChannelTrouble {
  /** The chat refuses the channel. */
  found(channel: string, advice: string, error: unknown): Promise<void>;
  /** The channel took something. */
  over(channel: string): Promise<void>;
}

export interface ChannelTroubleOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'tell' | 'operators'>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** How often the log says it again, in ms. */
  readonly everyMs: number;
}

export const createChannelTrouble = ({
  db,
  chat,
  clock,
  log,
  everyMs,
}: ChannelTroubleOptions): ChannelTrouble => {
  /** When the log said it last, by what it said. */
  const said = new Map<string, number>();
  const told = new Set<string>();

  const tell = async (channel: string, advice: string, since: string): Promise<void> => {
    if (told.has(channel)) return;
    if (await tellOperators({ db, chat, log }, noteOnTrouble({ channel, advice, since }))) told.add(channel);
  };

  return {
    found: async (channel, advice, error) => {
      const before = (await readTrouble(db)).find((one) => one.channel === channel);
      const since = before?.since ?? clock().toISOString();
      if (before?.advice !== advice) await keepTrouble(db, { channel, advice, since });
      const name = `${channel} ${advice}`;
      const last = said.get(name);
      if (last !== undefined && performance.now() - last < everyMs) return;
      said.set(name, performance.now());
      log.error({ channel, since, error: messageOf(error) }, advice);
      await tell(channel, advice, since);
    },
    over: async (channel) => {
      if (!(await forgetTrouble(db, channel))) return;
      said.clear();
      told.delete(channel);
      log.info({ channel }, 'the channel takes messages again');
    },
  };
};
