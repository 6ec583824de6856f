import { type JsonObject, objectsOf, stringOf } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { validateMessage } from '../validate/validate-message.ts';
import { SlackApiError } from '../web-api/api-error.ts';
import { checkBlockFiles } from '../web-api/check-block-files.ts';
import { type ApiAnswer, pageAnswer, rateLimited } from '../web-api/handle-api-call.ts';
import { ids } from '../workspace/ids.ts';
import type { ResponseTarget } from './response-urls.ts';

/** Handles a post to a response_url: a private or public message, a replacement, a deletion. */
export const handleResponseUrl = (secret: string, message: JsonObject, core: Core): ApiAnswer => {
  const { fate, delayMs } = core.faults.fateOf('response_url');
  const base = { cut: false, instead: null, delayMs, headers: {} };
  const answer = ((): ApiAnswer => {
    if (fate?.kind === 'rate-limited') return rateLimited(fate.retryAfter, base);
    if (fate?.kind === 'status') return pageAnswer(fate.status, base);
    if (fate?.kind === 'foreign') return pageAnswer(200, base);
    if (fate?.kind === 'error') return { ...base, ...failure(404, fate.error) };
    if (fate?.kind === 'cut') return { ...base, ...failure(500, 'connection cut'), cut: true };
    const target = core.responseUrls.use(secret);
    if (typeof target === 'string') return { ...base, ...failure(404, target) };
    return { ...base, ...respond(message, target, core), cut: fate?.kind === 'lost' };
  })();
  core.traffic.record({
    direction: 'out',
    kind: 'response_url',
    name: 'response_url',
    outcome: answer.status === 200 ? 'ok' : String(answer.body.error),
    detail: message,
  });
  return answer;
};

/** An HTTP status and a body. */
type Response = Pick<ApiAnswer, 'status' | 'body'>;

const failure = (status: number, error: string): Response => ({ status, body: { ok: false, error } });

const respond = (message: JsonObject, target: ResponseTarget, core: Core): Response => {
  const original =
    target.messageTs === undefined
      ? undefined
      : core.workspace.storage.message(target.channel, target.messageTs);
  if (message.delete_original === true) {
    if (original !== undefined) core.workspace.remove(original);
    return { status: 200, body: { ok: true } };
  }
  const problem = contentProblem(message, core);
  if (problem !== null) return failure(400, problem);
  const text = stringOf(message.text) ?? '';
  const blocks = objectsOf(message.blocks);
  if (message.replace_original === true && target.messageTs !== undefined) {
    if (original === undefined || original.deleted === true) return failure(404, 'message_not_found');
    core.workspace.update(original, { text, blocks });
    return { status: 200, body: { ok: true } };
  }
  core.workspace.post({
    channel: target.channel,
    user: ids.botUser,
    text,
    blocks,
    thread_ts: stringOf(message.thread_ts) ?? target.threadTs,
    ...(message.response_type === 'in_channel' ? {} : { ephemeral_to: target.user }),
  });
  return { status: 200, body: { ok: true } };
};

/** Posts the message in a command's acknowledgement, if any: privately unless it says `in_channel`. */
export const postCommandAnswer = (answer: JsonObject, target: ResponseTarget, core: Core): void => {
  if (answer.text === undefined && answer.blocks === undefined) return;
  const problem = contentProblem(answer, core);
  core.workspace.post({
    channel: target.channel,
    user: problem === null ? ids.botUser : ids.slackbot,
    text: problem === null ? (stringOf(answer.text) ?? '') : `The app's answer was refused: ${problem}`,
    blocks: problem === null ? objectsOf(answer.blocks) : [],
    ...(answer.response_type === 'in_channel' && problem === null ? {} : { ephemeral_to: target.user }),
  });
};

const contentProblem = (message: JsonObject, core: Core): string | null => {
  const refusal = validateMessage(message);
  if (refusal !== null) return [refusal.error, ...refusal.messages].join(' ');
  try {
    checkBlockFiles(message.blocks, core);
    return null;
  } catch (error) {
    if (error instanceof SlackApiError) return error.code;
    throw error;
  }
};
