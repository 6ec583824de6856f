import { retryAfterMs } from '../../../lib/retry.ts';

/** Where Slack asks to wait and does not say how long. */
const UNTOLD_WAIT_S = 2;
/** A wait is whole seconds, at least one; what asks for more than an hour is asked again then. */
const SHORTEST_WAIT_S = 1;
const LONGEST_WAIT_S = 3600;

/** Slack's own names for a call that was one too many (docs.slack.dev, errors of chat.postMessage). */
const LIMITED = new Set(['ratelimited', 'rate_limited']);

const waitOf = ({ headers }: Response): string => {
  const ms = retryAfterMs(headers.get('retry-after'));
  const seconds = ms === null ? UNTOLD_WAIT_S : Math.ceil(ms / 1000);
  return String(Math.min(LONGEST_WAIT_S, Math.max(SHORTEST_WAIT_S, seconds)));
};

/** An answer that asks to wait, as the SDK reads it. */
const askingToWait = (answer: Response): Response =>
  new Response(null, { status: 429, headers: { 'retry-after': waitOf(answer) } });

/** The name of a refusal; null for any other answer. @throws Error where the answer is not one of Slack's */
const refusalIn = (answer: Response, text: string): string | null => {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    said = null; // said below
  }
  if (typeof said !== 'object' || said === null || !('ok' in said)) {
    const type = answer.headers.get('content-type') ?? 'no content type';
    throw new Error(
      `the answer is none of Slack's, or only a part of one (${type}, ${text.length} characters)`,
    );
  }
  return 'error' in said && typeof said.error === 'string' ? said.error : null;
};

/**
 * `fetch` for the SDK's clients. The SDK takes whatever comes with status 200 for Slack's word: the page of a proxy,
 * or an answer that broke off, then is a refusal, and a post that was carried out would be made again. And it reads
 * `Retry-After` in seconds only.
 * @throws Error for an answer that is none of Slack's: nobody knows then whether the call was carried out
 */
export const slackFetch: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (answer.status === 429) return askingToWait(answer);
  if (answer.status !== 200) return answer;
  const text = await answer.text();
  if (LIMITED.has(refusalIn(answer, text) ?? '')) return askingToWait(answer);
  return new Response(text, { status: 200, headers: answer.headers });
};
