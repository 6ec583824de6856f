import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startStandInServer } from '../helpers/stand-in-server.ts';
import { hasSharedData, sharedPath } from '../shared-data.ts';
import { MADE_UP_ANSWER } from './made-up-answer.ts';

const HOUR = 3_600_000;
const CALLS_PER_HOUR = { none: 10, user: 100, power: 10_000 } as const;
type TokenKind = keyof typeof CALLS_PER_HOUR;

/** The real answer of the shared data, else one made up in its shape. */
export const baseAnswer = (): string =>
  hasSharedData
    ? readFileSync(sharedPath('lasair', 'sherlock_position_lite_false.json'), 'utf8')
    : MADE_UP_ANSWER;

export interface SkyPosition {
  readonly ra: number;
  readonly dec: number;
}

/** What the stand-in says about a position instead of the base answer. */
export type Sky = (position: SkyPosition) => 'orphan' | { readonly class: string } | null;

/** How one call is answered wrongly; each is used once, in order. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'garbage'; readonly body: string }
  | { readonly kind: 'hang-up' };

export interface StandInOptions {
  /** Known tokens; by default `user-token` and `power-token`. */
  readonly tokens?: Readonly<Record<string, TokenKind>>;
  /** Calls without a token are answered (10 an hour) unless this is false: then 401. */
  readonly anonymous?: boolean;
  /** The clock of the hourly limit, ms; a test may run it faster. */
  readonly now?: () => number;
  readonly sky?: Sky;
  /** Leaves out the Retry-After of its 429s. */
  readonly silentLimit?: boolean;
}

export interface StandInCall extends SkyPosition {
  readonly at: number;
  readonly token: string | null;
  readonly status: number;
}

export interface LasairStandIn {
  /** Base of the API, as it goes into the configuration. */
  readonly endpoint: string;
  /** Every call that was answered, in order. */
  readonly calls: StandInCall[];
  /** The next calls go wrong so; checked after token and limit, as the real service does. */
  fail(...faults: readonly Fault[]): void;
  /** Uses up calls of a token's hour, as another program with the same token would. */
  spend(token: string | null, calls: number): void;
  stop(): Promise<void>;
}

/** Keys that classifications have been seen under. */
const KEYS = ['transient_00000', 'query0', 'query'] as const;

const ORPHAN = (key: string): string =>
  JSON.stringify({
    classifications: {
      [key]: ['ORPHAN', 'No contexual information is available for this source'],
    },
    crossmatches: [],
  });

/**
 * The base answer for another position, key and class. It is changed as text: its ids are too long for
 * JavaScript's numbers. The match keeps its offset from the position asked for.
 */
const answerFor = (base: string, key: string, { ra, dec }: SkyPosition, name: string | null): string => {
  const first = (field: string): number => Number(new RegExp(`"${field}":\\s*"?(-?[\\d.]+)`).exec(base)?.[1]);
  const east = first('eastSeparationArcsec') / 3600 / Math.cos((dec * Math.PI) / 180);
  const north = first('northSeparationArcsec') / 3600;
  const moved = base
    .replace(/("classifications":\s*\{\s*)"[^"]*"/, `$1"${key}"`)
    .replace(/"transient_object_id":\s*"[^"]*"/g, `"transient_object_id": "${key}"`)
    .replace(/"raDeg":\s*-?[\d.]+/g, `"raDeg": ${ra + east}`)
    .replace(/"decDeg":\s*-?[\d.]+/g, `"decDeg": ${dec + north}`);
  return name === null ? moved : moved.replace(`"${key}": [\n   "VS"`, `"${key}": [\n   "${name}"`);
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

const json = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

/**
 * Lasair's Sherlock service on a local port, as strict as the real one: Django REST framework's order of
 * checks (token, hourly limit, form), its sliding hour in which refused calls do not count, Lasair's own
 * words in the refusals, and a classification key that changes from call to call.
 */
export const startLasairStandIn = async (options: StandInOptions = {}): Promise<LasairStandIn> => {
  const { anonymous = true, now = Date.now, sky = () => null, silentLimit = false } = options;
  const tokens = options.tokens ?? { 'user-token': 'user', 'power-token': 'power' };
  const base = baseAnswer();
  const calls: StandInCall[] = [];
  const faults: Fault[] = [];
  const spent = new Map<string | null, number[]>();

  const spentLately = (token: string | null): number[] => {
    const recent = (spent.get(token) ?? []).filter((at) => at > now() - HOUR);
    spent.set(token, recent);
    return recent;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const form = new URLSearchParams(body);
    const position = { ra: Number(form.get('ra') ?? 'x'), dec: Number(form.get('dec') ?? 'x') };
    const header = request.headers.authorization;
    const token = header === undefined ? null : (/^Token (\S+)$/.exec(header)?.[1] ?? '');
    const note = (status: number): number => {
      calls.push({ ...position, at: now(), token, status });
      return status;
    };

    if (request.url !== '/api/sherlock/position/') {
      response.writeHead(note(404), { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
      return;
    }
    if (
      request.method !== 'POST' ||
      request.headers['content-type'] !== 'application/x-www-form-urlencoded'
    ) {
      json(response, note(415), '{"detail":"Unsupported media type in request."}');
      return;
    }
    const kind = token === null ? 'none' : tokens[token];
    if (kind === undefined || (token === null && !anonymous)) {
      const detail = token === null ? 'Authentication credentials were not provided.' : 'Invalid token.';
      json(response, note(401), JSON.stringify({ detail }), { 'www-authenticate': 'Token' });
      return;
    }
    const recent = spentLately(token);
    if (recent.length >= CALLS_PER_HOUR[kind]) {
      const wait = Math.ceil(((recent[0] ?? now()) + HOUR - now()) / 1000);
      const message =
        'Request limit exceeded. Either wait an hour, or see API documentation to increase your limits.';
      const retry: Record<string, string> = silentLimit ? {} : { 'retry-after': String(wait) };
      json(response, note(429), JSON.stringify({ message }), retry);
      return;
    }
    recent.push(now());
    if (!(position.ra >= 0 && position.ra <= 360 && Math.abs(position.dec) <= 90 && form.has('lite'))) {
      json(response, note(400), '{"ra":["A valid number is required."]}');
      return;
    }
    const fault = faults.shift();
    if (fault?.kind === 'hang-up') {
      note(0);
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'status') {
      response
        .writeHead(note(fault.status), { 'content-type': 'text/html' })
        .end(fault.body ?? `<h1>Server Error (${fault.status})</h1>`);
      return;
    }
    const key = KEYS[calls.length % KEYS.length] ?? KEYS[0];
    const said = sky(position);
    note(200);
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === 'garbage') json(response, 200, fault.body);
    else if (said === 'orphan') json(response, 200, ORPHAN(key));
    else json(response, 200, answerFor(base, key, position, said?.class ?? null));
  };

  const { url, stop } = await startStandInServer(handle);
  return {
    endpoint: `${url}/api`,
    calls,
    fail: (...more) => {
      faults.push(...more);
    },
    spend: (token, count) => {
      spentLately(token).push(...Array.from({ length: count }, () => now()));
    },
    stop,
  };
};
