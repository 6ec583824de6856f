import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { forgetTrouble, keepTrouble, readTrouble, type Trouble } from '../../store/chat/channel-trouble.ts';
import type { Db } from '../../store/open-store.ts';
import { noteOnTrouble } from '../content/note-content.ts';
import type { Chat } from '../port.ts';
import { tellOperators } from './tell-operators.ts';

/** Records why a channel takes no messages: stores it for status and Home, logs it, tells the operators. */
export interface ChannelTrouble {
  /** Call when the chat refuses the channel. */
  found(trouble: Omit<Trouble, 'since'>, error: unknown): Promise<void>;
  /** Call when the channel took a post or an update again. */
  over(trouble: Pick<Trouble, 'channel' | 'what'>): Promise<void>;
}

export interface ChannelTroubleOptions {
  readonly db: Db;
  readonly chat: Pick<Chat, 'tell' | 'operators' | 'isOurs'>;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Time between two log lines about the same trouble, ms. */
  readonly everyMs: number;
}

export const createChannelTrouble = ({
  db,
  chat,
  clock,
  log,
  everyMs,
}: ChannelTroubleOptions): ChannelTrouble => {
  /** Time of the last log line, by channel and advice. */
  const said = new Map<string, number>();
  const told = new Set<string>();

  /** Kinds and channels known to work, so that a success costs no query. */
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
