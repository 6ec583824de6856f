import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { forgetTrouble, keepTrouble, readTrouble, type Trouble } from '../../store/chat/channel-trouble.ts';
import type { Db } from '../../store/open-store.ts';
import { noteOnTrouble } from '../content/note-content.ts';
import type { Chat } from '../port.ts';
import { tellOperators } from './tell-operators.ts';

/** Keeps what stops a channel, for status and Home, says it in the log, and tells the operators. */
export interface ChannelTrouble {
  /** The chat refuses the channel. */
  found(trouble: Omit<Trouble, 'since'>, error: unknown): Promise<void>;
  /** The channel took something of this kind. */
  over(trouble: Pick<Trouble, 'channel' | 'what'>): Promise<void>;
}

export interface ChannelTroubleOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'tell' | 'operators' | 'isOurs'>;
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

  /** Kinds and channels that are known to work: nothing has to be cleared for them. */
  const well = new Set<string>();

  const tell = async (trouble: Trouble): Promise<void> => {
    if (told.has(trouble.channel)) return;
    if (await tellOperators({ db, chat, log }, noteOnTrouble(trouble))) told.add(trouble.channel);
  };

  return {
    found: async ({ channel, what, advice }, error) => {
      well.delete(`${what} ${channel}`);
      const before = (await readTrouble(db)).find((one) => one.channel === channel && one.what === what);
      const since = before?.since ?? clock().toISOString();
      const trouble = { channel, what, advice, since };
      if (before?.advice !== advice) await keepTrouble(db, trouble);
      const name = `${channel} ${advice}`;
      const last = said.get(name);
      if (last !== undefined && performance.now() - last < everyMs) return;
      said.set(name, performance.now());
      log.error({ channel, since, error: messageOf(error) }, advice);
      await tell(trouble);
    },
    over: async ({ channel, what }) => {
      if (well.has(`${what} ${channel}`)) return;
      well.add(`${what} ${channel}`);
      if (!(await forgetTrouble(db, { channel, what }))) return;
      said.clear();
      told.delete(channel);
      log.info({ channel }, `the channel takes ${what} again`);
    },
  };
};
