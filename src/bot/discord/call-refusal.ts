import { DiscordAPIError, RateLimitError } from '@discordjs/rest';
import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import { FinkvraError } from '../../lib/errors.ts';
import type { Refusal } from '../port.ts';

/** Impossible on Discord without asking: the message belongs to another chat. */
export class NotHere extends FinkvraError {
  override name = 'NotHere';
}

/** The thread to post to is gone or closed to posts. */
export class ThreadGone extends FinkvraError {
  override name = 'ThreadGone';
}

/** The bot may not read the channel, so Discord shows it as empty; a missing message then proves nothing. */
export class MissingHistory extends FinkvraError {
  override name = 'MissingHistory';
  constructor() {
    super(
      'the bot may not read the history of the channel: give it the permission Read Message History there',
    );
  }
}

/** The message itself is at fault; a retry cannot help. */
const CONTENT_CODES = new Set<number | string>([
  Codes.InvalidFormBodyOrContentType,
  Codes.RequestEntityTooLarge,
  Codes.CannotSendAnEmptyMessage,
]);
/** The message is there, but is not ours. */
const FIXED_CODES = new Set<number | string>([Codes.CannotEditMessageAuthoredByAnotherUser]);

/** Discord's code of an error; null for other errors. */
export const discordCode = (error: unknown): number | string | null =>
  error instanceof DiscordAPIError ? error.code : null;

/** Advice on a refusal. */
const adviceOn = ({ code, status }: DiscordAPIError): string => {
  if (status === 401) return 'Discord does not accept the bot token: check DISCORD_TOKEN';
  switch (code) {
    case Codes.UnknownChannel:
    case Codes.MissingAccess:
      return 'Discord does not show the channel to the bot: check DISCORD_CHANNEL, invite the bot, and let it view the channel';
    case Codes.MissingPermissions:
      return 'the bot lacks a permission in the channel: finkvra doctor names it';
    default:
      return 'Discord refused; trying again later';
  }
};

const LONGEST_WAIT_S = 3600;

/** Seconds until the next call: at least one, since clocks differ, and at most an hour. What is no number is left out. */
const secondsOf = ({ retryAfter, timeToReset, sublimitTimeout }: RateLimitError): number => {
  const told = [retryAfter, timeToReset, sublimitTimeout].filter((ms) => Number.isFinite(ms));
  return Math.min(LONGEST_WAIT_S, Math.max(1, ...told.map((ms) => Math.ceil(ms / 1000))));
};

/** What a failed call to Discord means. */
export const discordRefusal = (error: unknown): Refusal => {
  if (error instanceof RateLimitError) return { kind: 'limited', seconds: secondsOf(error) };
  if (error instanceof NotHere) return { kind: 'fixed' };
  if (error instanceof ThreadGone) return { kind: 'gone' };
  if (error instanceof MissingHistory) return { kind: 'refused', advice: error.message };
  // Without Discord's own answer (a 5xx, a broken connection) the outcome is unknown.
  if (!(error instanceof DiscordAPIError)) return { kind: 'unsure' };
  const { code, status } = error;
  if (CONTENT_CODES.has(code) || status === 413) return { kind: 'content' };
  if (code === Codes.UnknownMessage) return { kind: 'gone' };
  if (FIXED_CODES.has(code)) return { kind: 'fixed' };
  return status >= 500 ? { kind: 'unsure' } : { kind: 'refused', advice: adviceOn(error) };
};
