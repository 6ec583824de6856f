import { createHash } from 'node:crypto';
import { DiscordAPIError } from '@discordjs/rest';
import type { Logger } from 'pino';
import { askUntil } from '../../../lib/ask-until.ts';
import { FinkvraError, messageOf } from '../../../lib/errors.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { keepValue, readValue } from '../../../store/key-value.ts';
import type { Db } from '../../../store/open-store.ts';
import { words } from '../../words/index.ts';
import { COMMAND, commandList } from '../command-list.ts';
import type { Calls } from './calls.ts';
import { incurable, limitMs, whyAway } from './token-refusals.ts';

export interface ServerOptions {
  readonly calls: Calls;
  /** Waits out rate limits. */
  readonly patient: Calls;
  readonly channel: string;
  readonly db: Db;
  readonly backOff: BackOffOptions;
  readonly log: Logger;
}

/** What the bot knows of itself and of its channel's server. */
export interface Server {
  /**
   * Identifies the bot. If Discord is away it resolves too, and keeps trying.
   * @throws FinkvraError if Discord refuses the token
   */
  enter(onIncurable: (error: FinkvraError) => void): Promise<void>;
  /** Resolves when all that can be known is known. */
  entered(): Promise<void>;
  /** @throws Error if it was stopped before Discord answered */
  botUser(): Promise<string>;
  /** Null while unknown. */
  guild(): string | null;
  /** Ids of the server's known roles. */
  roles(): ReadonlySet<string>;
  stop(): void;
  settled(): Promise<void>;
}

const NAME = 'discord-commands';

/** A lasting refusal of a single question; null for a temporary failure. */
const standing = (error: unknown): Error | null =>
  error instanceof DiscordAPIError && error.status < 500 ? error : null;

export const openServer = (options: ServerOptions): Server => {
  const { calls, patient, channel, db, backOff, log } = options;
  const stopping = new AbortController();
  const asking = { backOff, limitMs, stopping: stopping.signal };
  const away = Promise.withResolvers<void>();
  let guild: string | null = null;
  let roles: ReadonlySet<string> = new Set();
  let entering: Promise<string | null> | null = null;
  let known: Promise<void> = Promise.resolve();

  const identify = async (): Promise<string | null> => {
    let told = false;
    const me = await askUntil(calls.me, {
      ...asking,
      refusal: incurable,
      onAway: (error) => {
        if (!told) log.warn({ error: whyAway(error) }, 'Discord is away: the bot waits for it');
        told = true;
        away.resolve();
      },
    });
    return me?.id ?? null;
  };

  /** Registers the commands if they are missing or changed: Discord takes 200 new ones a day. */
  const registerCommands = async (server: string): Promise<void> => {
    const list = commandList(words);
    const { id } = await patient.application();
    const mark = createHash('sha256')
      .update(JSON.stringify([id, server, list]))
      .digest('hex');
    const there = await patient.commands(id, server);
    if ((await readValue(db, NAME)) === mark && there.some(({ name }) => name === COMMAND)) return;
    await patient.setCommands(id, server, list);
    await keepValue(db, NAME, mark);
    log.info({ command: `/${COMMAND}` }, 'the commands are registered');
  };

  const learn = async (): Promise<void> => {
    try {
      const found = await askUntil(() => calls.channel(channel), { ...asking, refusal: standing });
      guild = found !== null && 'guild_id' in found ? (found.guild_id ?? null) : null;
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'the bot does not see its channel: check DISCORD_CHANNEL, invite the bot, and let it view the channel',
      );
    }
  };

  /** Work that posts need not wait for. */
  const learnMore = async (server: string): Promise<void> => {
    try {
      await registerCommands(server);
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'the commands could not be registered: invite the bot with the scope applications.commands; buttons work',
      );
    }
    try {
      roles = new Set((await patient.roles(server)).map(({ id }) => id));
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'the roles of the server are unknown');
    }
  };
  let more: Promise<void> = Promise.resolve();

  return {
    enter: async (onIncurable) => {
      entering = identify();
      known = entering.then(async (me) => {
        if (me === null) return;
        await learn();
        if (guild !== null && !stopping.signal.aborted) more = learnMore(guild);
      });
      // Posts wait for it; the start reports a refused token.
      known.catch(() => undefined);
      await Promise.race([entering, away.promise]);
      entering.catch((error: unknown) =>
        onIncurable(
          error instanceof FinkvraError ? error : new FinkvraError(messageOf(error), { cause: error }),
        ),
      );
    },
    entered: () => known.catch(() => undefined),
    botUser: async () => {
      const me = await entering;
      if (me === null) throw new Error('the service stops');
      return me;
    },
    guild: () => guild,
    roles: () => roles,
    stop: () => stopping.abort(),
    settled: async () => {
      await known.catch(() => undefined);
      await more;
    },
  };
};
