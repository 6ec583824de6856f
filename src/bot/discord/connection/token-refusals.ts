import { DiscordAPIError, RateLimitError } from '@discordjs/rest';
import { GatewayCloseCodes as Closed } from 'discord-api-types/v10';
import { FinkvraError, networkReason } from '../../../lib/errors.ts';

const WHERE = 'the token of your application’s page (discord.com/developers > Bot > Reset Token)';

/** Discord does not know the token. */
const tokenRefused = (cause?: unknown): FinkvraError =>
  new FinkvraError(
    `Discord does not accept DISCORD_TOKEN: it is none of its tokens, or was reset. Set DISCORD_TOKEN to ${WHERE}.`,
    { cause },
  );

/** The error that ends the service, where waiting cannot cure what Discord answered; null where it may. */
export const incurable = (error: unknown): FinkvraError | null =>
  error instanceof DiscordAPIError && error.status === 401 ? tokenRefused(error) : null;

/** The same of the code with which Discord closed the Gateway: after these it wants nobody to come back. */
export const incurableClose = (code: number): FinkvraError | null => {
  switch (code) {
    case Closed.AuthenticationFailed:
      return tokenRefused();
    case Closed.InvalidIntents:
    case Closed.DisallowedIntents:
      return new FinkvraError(
        `Discord refuses what the bot asks to be told (${code}). Update finkvra-bot; it asks for the intent Guilds only.`,
      );
    case Closed.InvalidShard:
    case Closed.ShardingRequired:
    case Closed.InvalidAPIVersion:
      return new FinkvraError(
        `Discord does not take the bot’s connection any more (${code}). Update finkvra-bot, and make an application for this one server.`,
      );
    default:
      return null;
  }
};

/** Why Discord cannot be reached, on one line. */
export const whyAway = (error: unknown): string => networkReason(error);

/** The pause that Discord's limit asks for, in ms; 0 for another error. */
export const limitMs = (error: unknown): number => (error instanceof RateLimitError ? error.retryAfter : 0);
