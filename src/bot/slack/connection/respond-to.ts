import type { RespondArguments } from '@slack/bolt';
import { FinkvraError } from '../../../lib/errors.ts';

const TIMEOUT_MS = 10_000;

/** A response_url that is used up: it is good for five uses within half an hour. */
export class ExpiredResponseUrl extends FinkvraError {
  override name = 'ExpiredResponseUrl';
}

/**
 * Answers a click or a command by the address that came with it, which has no rate limit of its own.
 * @throws ExpiredResponseUrl when it is used up; Error when Slack cannot be reached or refuses the message
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
  // Slack answers `ok`, or JSON whose ok is false with status 200.
  if (!answer.ok || text.includes('"ok":false'))
    throw new Error(`Slack refused the answer (HTTP ${answer.status}): ${text.slice(0, 200)}`);
};
