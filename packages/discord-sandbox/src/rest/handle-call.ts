import type { Core } from '../core.ts';
import { isSnowflake } from '../guild/snowflakes.ts';
import { problem } from '../validate/problems.ts';
import { DiscordApiError, refuse, refuseForm } from './api-error.ts';
import type { ReadBody } from './read-body.ts';
import type { Answer, Route } from './route.ts';
import { routes } from './routes.ts';

/** A request to /api. `body` reads its body once the call is accepted. */
export interface ApiRequest {
  readonly method: string;
  /** Without the version: `/channels/1/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: () => Promise<ReadBody>;
}

/** The HTTP answer. `text`: not JSON; `cut`: the connection is cut instead. */
export interface ApiAnswer extends Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly cut?: boolean;
  readonly delayMs: number;
}

const cloudflarePage = (status: number): string =>
  `<!DOCTYPE html><html><head><title>discord.com | ${status}</title></head><body>error code: ${status}</body></html>`;

/** Answers a call as Discord would: faults, token, limits, then the call. */
export const handleCall = async (request: ApiRequest, core: Core): Promise<ApiAnswer> => {
  const started = performance.now();
  const found = findRoute(request);
  const name = found.route?.name ?? `${request.method} ${request.path}`;
  const { fate, delayMs } = core.faults.fateOf(name);
  const done = (answer: Omit<ApiAnswer, 'delayMs'>): ApiAnswer => {
    if ([401, 403, 429].includes(answer.status) && answer.headers['x-ratelimit-scope'] !== 'shared')
      core.rateLimits.countInvalid();
    core.traffic.record({
      direction: 'out',
      kind: 'api',
      name,
      outcome: answer.cut === true ? 'no answer' : String(answer.status),
      ms: Math.round(performance.now() - started),
      detail: { path: request.path, answer: answer.body ?? answer.text ?? null },
    });
    return { ...answer, delayMs };
  };
  const banned = core.rateLimits.banned();
  if (banned !== null)
    return done({
      status: 429,
      headers: { 'retry-after': String(banned), 'content-type': 'text/html' },
      text: cloudflarePage(1015),
    });
  switch (fate?.kind) {
    case 'cut':
      return done({ status: 0, headers: {}, cut: true });
    case 'status':
      return done({
        status: fate.status,
        headers: { 'content-type': 'text/html' },
        text: cloudflarePage(fate.status),
      });
    case 'error':
      return done({ status: fate.status, headers: {}, body: { message: fate.message, code: fate.code } });
    case 'rate-limited':
      return done(
        fate.scope === 'cloudflare'
          ? {
              status: 429,
              headers: { 'retry-after': String(Math.ceil(fate.retryAfter)), 'content-type': 'text/plain' },
              text: 'error code: 1015',
            }
          : limited(fate.retryAfter, fate.scope, {}),
      );
  }
  const answer = await admitted(request, found, core);
  return done(fate?.kind === 'lost' ? { ...answer, cut: true } : answer);
};

interface Found {
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
  /** Whether the address exists for another HTTP method. */
  readonly otherMethod: boolean;
}

const admitted = async (
  request: ApiRequest,
  { route, params, otherMethod }: Found,
  core: Core,
): Promise<Omit<ApiAnswer, 'delayMs'>> => {
  let headers: Readonly<Record<string, string>> = {};
  try {
    if (route === undefined) return refuse(otherMethod ? 'methodNotAllowed' : 'notFound');
    if (route.open !== true) {
      const good = request.authorization === `Bot ${core.token.current()}`;
      if (!good || core.faults.state().refuseToken) refuse('unauthorized');
      const wait = core.rateLimits.takeGlobal();
      if (wait !== null) return limited(wait, 'global', {});
    }
    if (route.rate !== null) {
      const major = params.channel ?? params.guild ?? `${params.webhook ?? ''} ${params.token ?? ''}`;
      const taken = core.rateLimits.take(route.name, major, route.rate);
      headers = taken.headers;
      if (!taken.allowed) return limited(taken.resetAfter, 'user', headers);
    }
    refuseForm(
      Object.entries(params).flatMap(([key, value]) =>
        key === 'token' || isSnowflake(value)
          ? []
          : [problem([`${key}_id`], 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`)],
      ),
    );
    const answer = route.run({ core, params, query: request.query, ...(await request.body()) });
    return { ...answer, headers };
  } catch (error) {
    if (!(error instanceof DiscordApiError)) throw error;
    const { status, code, message, errors } = error;
    return { status, headers, body: { message, code, ...(errors === undefined ? {} : { errors }) } };
  }
};

const limited = (
  seconds: number,
  scope: 'user' | 'global' | 'shared',
  headers: Readonly<Record<string, string>>,
): Omit<ApiAnswer, 'delayMs'> => ({
  status: 429,
  headers: {
    ...headers,
    'x-ratelimit-scope': scope,
    'retry-after': String(Math.ceil(seconds)),
    ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
  },
  body: { message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global' },
});

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

const findRoute = ({ method, path }: ApiRequest): Found => {
  // discord.js writes `@original` as `%40original`.
  const plain = path.replaceAll('%40', '@');
  const fitting = patterns.flatMap(({ route, pattern }) => {
    const match = pattern.exec(plain);
    return match === null ? [] : [{ route, params: { ...match.groups } }];
  });
  const found = fitting.find(({ route }) => route.method === method);
  return {
    route: found?.route,
    params: Object.fromEntries(
      Object.entries(found?.params ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    ),
    otherMethod: fitting.length > 0,
  };
};
