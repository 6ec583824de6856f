import { isObject, type JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { SlackApiError } from './api-error.ts';
import { type Method, readArguments } from './method.ts';
import { methods } from './methods.ts';
import { limitCalls } from './rate-limits.ts';

/** The HTTP answer. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** The connection is cut instead of an answer. */
  readonly cut: boolean;
  /** What arrives in place of the body; null: the body itself. */
  readonly instead: string | null;
  readonly delayMs: number;
}

/** Answers one call of the Web API: faults, token, scope, rate limit, then the method. */
export const handleApiCall = (
  name: string,
  values: JsonObject,
  authorization: string | undefined,
  core: Core,
): ApiAnswer => {
  const started = performance.now();
  const { fate, delayMs } = core.faults.fateOf(name);
  const base = { cut: false, instead: null, delayMs, headers: scopeHeaders(name, core) };
  const answer = ((): ApiAnswer => {
    if (fate?.kind === 'rate-limited') return rateLimited(fate.retryAfter, base);
    if (fate?.kind === 'status') return pageAnswer(fate.status, base);
    if (fate?.kind === 'foreign') return pageAnswer(200, base);
    if (fate?.kind === 'error') return { ...base, status: 200, body: { ok: false, error: fate.error } };
    if (fate?.kind === 'cut')
      return { ...base, status: 500, body: { ok: false, error: 'connection cut' }, cut: true };
    if (fate?.kind === 'late') {
      core.later(() => {
        carryOut(name, values, authorization, core);
      }, fate.ms);
      return { ...base, status: 500, body: { ok: false, error: 'carried out late' }, cut: true };
    }
    try {
      const result = perform(name, values, authorization, core);
      const body = { ok: true, ...result };
      const instead = fate?.kind === 'torn' ? halfOf(body) : null;
      return { ...base, status: 200, body, cut: fate?.kind === 'lost', instead };
    } catch (error) {
      if (!(error instanceof SlackApiError)) throw error;
      const { retryAfter, ...details } = error.details;
      if (typeof retryAfter === 'number') return rateLimited(retryAfter, base);
      return { ...base, status: 200, body: { ok: false, error: error.code, ...details } };
    }
  })();
  core.traffic.record({
    direction: 'out',
    kind: 'api',
    name,
    outcome: outcomeOf(answer),
    ms: performance.now() - started,
    detail: { request: readable(values), answer: answer.body },
  });
  return answer;
};

/** Carries out a call whose connection is gone; errors go nowhere. */
const carryOut = (...call: Parameters<typeof perform>): void => {
  try {
    perform(...call);
  } catch (error) {
    if (!(error instanceof SlackApiError)) throw error;
  }
};

const outcomeOf = ({ body, cut, instead }: ApiAnswer): string => {
  if (body.ok !== true) return String(body.error);
  if (cut) return 'answer lost';
  return instead === null ? 'ok' : 'answer torn';
};

const halfOf = (body: JsonObject): string => {
  const text = JSON.stringify(body);
  return text.slice(0, Math.ceil(text.length / 2));
};

/** What stands before Slack answers with a page. */
export const pageAnswer = (status: number, base: Omit<ApiAnswer, 'status' | 'body'>): ApiAnswer => ({
  ...base,
  status,
  headers: { ...base.headers, 'content-type': 'text/html' },
  body: { ok: false, error: `a page with HTTP ${status}` },
  instead: `<!DOCTYPE html><title>${status}</title><p>Somebody else answers in Slack's place.</p>`,
});

export const rateLimited = (
  retryAfter: number | string | null,
  base: Omit<ApiAnswer, 'status' | 'body'>,
): ApiAnswer => ({
  ...base,
  status: 429,
  headers: { ...base.headers, ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }) },
  body: { ok: false, error: 'ratelimited' },
});

const perform = (
  name: string,
  values: JsonObject,
  authorization: string | undefined,
  core: Core,
): JsonObject => {
  const method = methods.get(name);
  if (method === undefined) throw new SlackApiError('unknown_method', { req_method: name });
  const token = authenticate(method, values, authorization, core);
  if (token === 'bot' && method.scope !== undefined && !core.settings.scopes.includes(method.scope))
    throw new SlackApiError('missing_scope', {
      needed: method.scope,
      provided: core.settings.scopes.join(','),
    });
  limitCalls(name, method.perMinute, core);
  return method.run(readArguments(values), core, { token });
};

const authenticate = (
  method: Method,
  values: JsonObject,
  authorization: string | undefined,
  core: Core,
): 'bot' | 'app' => {
  const given = authorization?.replace(/^Bearer /i, '') ?? values.token;
  if (given === undefined || given === '') throw new SlackApiError('not_authed');
  const token =
    given === core.settings.botToken ? 'bot' : given === core.settings.appToken ? 'app' : undefined;
  if (token === undefined) throw new SlackApiError('invalid_auth');
  const refused = core.faults.state().tokens[token];
  if (refused !== null) throw new SlackApiError(refused);
  if (method.token !== 'any' && method.token !== token) throw new SlackApiError('not_allowed_token_type');
  return token;
};

const scopeHeaders = (name: string, core: Core): Record<string, string> => ({
  'x-oauth-scopes': core.settings.scopes.join(','),
  'x-accepted-oauth-scopes': methods.get(name)?.scope ?? '',
});

/** The request with its JSON texts parsed, for the traffic panel. */
const readable = (values: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (key === 'token') return [key, '•••'];
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [key, value];
      try {
        const parsed: unknown = JSON.parse(value);
        return [key, isObject(parsed) || Array.isArray(parsed) ? parsed : value];
      } catch {
        return [key, value];
      }
    }),
  );
