import type { RespondArguments } from '@slack/bolt';
import { FinkvraError } from '../../../lib/errors.ts';
import { sleepUntilAborted } from '../../../lib/waiting.ts';

const TIMEOUT_MS = 10_000;

/** Slack refuses the message itself. */
class RefusedAnswer extends FinkvraError {
  override name = 'RefusedAnswer';
}

/** A response_url that is used up (five uses) or expired (half an hour). */
class ExpiredResponseUrl extends FinkvraError {
  override name = 'ExpiredResponseUrl';
}

/**
 * Answers a click or command by its response_url, which has no rate limit.
 * @throws ExpiredResponseUrl if it is used up; RefusedAnswer if Slack refuses the message; Error if Slack is
 *   unreachable or something else answers
 */
export const respondTo = async (url: string, message: RespondArguments): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (answer.status === 404 || /expired_url|used_url/.test(text))
    throw new ExpiredResponseUrl('the address to answer by is used up');
  // Slack answers `ok` or JSON; a page with status 200 comes from a proxy.
  if (answer.ok && /^\s*(ok\b|\{.*"ok":\s*true)/s.test(text)) return;
  const why = `Slack refused the answer (HTTP ${answer.status}): ${text.slice(0, 200)}`;
  const isSlacks = answer.status < 500 && answer.status !== 429 && text.includes('"ok":false');
  throw isSlacks ? new RefusedAnswer(why) : new Error(why);
};

/** Pauses between tries, ms: two minutes in all. People wait for the answer. */
const AGAIN = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** `respondTo`, retried while Slack is away, until `stopping`. @throws as `respondTo` */
export const respondUntilTold = async (
  url: string,
  message: RespondArguments,
  stopping: AbortSignal,
): Promise<void> => {
  for (const pause of AGAIN) {
    try {
      return await respondTo(url, message);
    } catch (error) {
      if (error instanceof ExpiredResponseUrl || error instanceof RefusedAnswer || stopping.aborted)
        throw error;
      await sleepUntilAborted(pause, stopping);
    }
  }
  return respondTo(url, message);
};
