import { DiscordAPIError, RateLimitError } from '@discordjs/rest';
import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import { FinkvraError } from '../../lib/errors.ts';
import type { Refusal } from '../port.ts';

/** What cannot be done on Discord and need not be asked there: a message that another chat has. */
export class NotHere extends FinkvraError {
  override name = 'NotHere';
}

/** The thread to post to is not there, or cannot be posted to any more. */
export class ThreadGone extends FinkvraError {
  override name = 'ThreadGone';
}

/** Discord shows the channel as empty because the bot may not read it: nothing follows from that. */
export class MissingHistory extends FinkvraError {
  override name = 'MissingHistory';
  constructor() {
    super(
      'the bot may not read the history of the channel: give it the permission Read Message History there',
    );
  }
}

/** Refusals that no second try will change: the message itself is at fault. */
const CONTENT_CODES = new Set<number | string>([
  Codes.InvalidFormBodyOrContentType,
  Codes.RequestEntityTooLarge,
  Codes.CannotSendAnEmptyMessage,
]);
/** The message is there, and not ours to change. */
const FIXED_CODES = new Set<number | string>([Codes.CannotEditMessageAuthoredByAnotherUser]);

/** Discord's code of an error; null for what is none of its answers. */
export const discordCode = (error: unknown): number | string | null =>
  error instanceof DiscordAPIError ? error.code : null;

/** What to do about a refusal. */
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

/** Seconds until a call may be made again: at least one, since the limit's own clock is another. */
const secondsOf = ({ retryAfter, timeToReset, sublimitTimeout }: RateLimitError): number =>
  Math.max(1, Math.ceil(Math.max(retryAfter, timeToReset, sublimitTimeout) / 1000));

/** What a failed call to Discord means. */
export const discordRefusal = (error: unknown): Refusal => {
  if (error instanceof RateLimitError) return { kind: 'limited', seconds: secondsOf(error) };
  if (error instanceof NotHere) return { kind: 'fixed' };
  if (error instanceof ThreadGone) return { kind: 'gone' };
  if (error instanceof MissingHistory) return { kind: 'refused', advice: error.message };
  // Without an answer of Discord's own (a 5xx, a broken connection) nothing is known.
  if (!(error instanceof DiscordAPIError)) return { kind: 'unsure' };
  const { code, status } = error;
  if (CONTENT_CODES.has(code) || status === 413) return { kind: 'content' };
  if (code === Codes.UnknownMessage) return { kind: 'gone' };
  if (FIXED_CODES.has(code)) return { kind: 'fixed' };
  return status >= 500 ? { kind: 'unsure' } : { kind: 'refused', advice: adviceOn(error) };
};
