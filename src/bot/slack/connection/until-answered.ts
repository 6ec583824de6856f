import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { type AskUntilOptions, askUntil } from '../../../lib/ask-until.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { incurable, whyAway } from './token-refusals.ts';

/** The pause that Slack's rate limit asks for, ms. */
const limitMs = (error: unknown): number =>
  error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;

/** `askUntil` with Slack's limits. `ask` uses a client that neither retries nor waits by itself. */
export const untilAnswered = <T>(
  ask: () => Promise<T>,
  options: Omit<AskUntilOptions, 'limitMs'>,
): Promise<T | null> => askUntil(ask, { ...options, limitMs });

export interface AskOptions {
  readonly client: WebClient;
  readonly log: Logger;
  readonly backOff: BackOffOptions;
  readonly stopping: AbortSignal;
}

/** The bot's identity as Slack gives it. */
export interface Identity {
  readonly teamId: string;
  /** The workspace's address. */
  readonly url: string;
  /** The organisation of the workspace; null without one. */
  readonly enterpriseId: string | null;
  readonly botId: string;
  readonly botUserId: string;
}

/**
 * Asks Slack who the bot is.
 * @param onAway called once if Slack is away
 * @throws FinkvraError if Slack refuses the token for good
 */
export const identify = async (
  { client, log, ...options }: AskOptions,
  onAway: () => void,
): Promise<Identity | null> => {
  let away = false;
  const who = await untilAnswered(() => client.auth.test(), {
    ...options,
    refusal: (error) => incurable(error, 'SLACK_BOT_TOKEN'),
    onAway: (error) => {
      if (away) return;
      away = true;
      log.warn({ error: whyAway(error) }, 'Slack is away: the bot waits for it');
      onAway();
    },
  });
  if (who === null) return null;
  const {
    team_id: teamId = '',
    url = '',
    enterprise_id: enterpriseId,
    bot_id: botId = '',
    user_id: botUserId = '',
  } = who;
  return { teamId, url, enterpriseId: enterpriseId ?? null, botId, botUserId };
};

/**
 * Slack's errors for a temporary failure (docs.slack.dev, errors of each method). Slack cannot tell whether it did
 * what was asked.
 */
export const PASSING: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
  'external_channel_migrating',
]);

/** A lasting refusal of a single question; null for a temporary failure. */
export const standing = (error: unknown): Error | null =>
  error instanceof WebAPIPlatformError && !PASSING.has(error.data.error) ? error : null;
