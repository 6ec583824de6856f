import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { type AskUntilOptions, askUntil } from '../../../lib/ask-until.ts';
import type { BackOffOptions } from '../../../lib/retry.ts';
import { incurable, whyAway } from './token-refusals.ts';

/** The pause that Slack's limit asks for, in ms. */
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

/** Who the bot is, as Slack says. */
export interface Identity {
  readonly teamId: string;
  /** The workspace's address. */
  readonly url: string;
  /** The organisation of the workspace, where it has one. */
  readonly enterpriseId: string | null;
  readonly botId: string;
  readonly botUserId: string;
}

/**
 * Asks who the bot is.
 * @param onAway called once, when it has to wait for Slack
 * @throws FinkvraError where Slack refuses the token for good
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

/** Slack's own words for an answer that it could not give. */
const PASSING = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);

/** A refusal that stands, for a method that is asked about one thing; null for what may pass. */
export const standing = (error: unknown): Error | null =>
  error instanceof WebAPIPlatformError && !PASSING.has(error.data.error) ? error : null;
