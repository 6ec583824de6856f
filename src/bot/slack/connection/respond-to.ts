import type { RespondArguments } from '@slack/bolt';
import { FinkvraError } from '../../../lib/errors.ts';

const TIMEOUT_MS = 10_000;

/** A response_url that is used up (five uses) or expired (half an hour). */
export class ExpiredResponseUrl extends FinkvraError {
  override name = 'ExpiredResponseUrl';
}

/**
 * Answers a click or command by its response_url, which has no rate limit.
 * @throws ExpiredResponseUrl if it is used up; Error if Slack is unreachable or refuses the message
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
  // Slack answers `ok`, or JSON with ok false, both with status 200.
  if (!answer.ok || text.includes('"ok":false'))
    throw new Error(`Slack refused the answer (HTTP ${answer.status}): ${text.slice(0, 200)}`);
};
