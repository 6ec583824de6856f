import { DiscordAPIError, RateLimitError } from '@discordjs/rest';
import { GatewayCloseCodes as Closed } from 'discord-api-types/v10';
import { FinkvraError, networkReason } from '../../../lib/errors.ts';

const WHERE = 'the token of your application’s page (discord.com/developers > Bot > Reset Token)';

/** Discord does not know the token. */
const tokenRefused = (cause?: unknown): FinkvraError =>
  new FinkvraError(
    `Discord does not accept DISCORD_TOKEN: it is unknown there, or was reset. Set DISCORD_TOKEN to ${WHERE}.`,
    { cause },
  );

/** The error that ends the service, if waiting cannot cure Discord's answer; else null. */
export const incurable = (error: unknown): FinkvraError | null =>
  error instanceof DiscordAPIError && error.status === 401 ? tokenRefused(error) : null;

/** The same for the Gateway's close codes after which a bot must not reconnect. */
export const incurableClose = (code: number): FinkvraError | null => {
  switch (code) {
    case Closed.AuthenticationFailed:
      return tokenRefused();
    case Closed.InvalidIntents:
    case Closed.DisallowedIntents:
      return new FinkvraError(
        `Discord refuses the intents that the bot asks for (${code}). Update finkvra-bot; it asks for the intent Guilds only.`,
      );
    case Closed.InvalidShard:
    case Closed.ShardingRequired:
    case Closed.InvalidAPIVersion:
      return new FinkvraError(
        `Discord no longer takes the bot’s connection (${code}). Update finkvra-bot, and make an application for this one server.`,
      );
    default:
      return null;
  }
};

/** Why Discord is unreachable, on one line. */
export const whyAway = (error: unknown): string => networkReason(error);

/** The pause that Discord's rate limit asks for, ms; 0 for other errors. */
export const limitMs = (error: unknown): number => (error instanceof RateLimitError ? error.retryAfter : 0);
