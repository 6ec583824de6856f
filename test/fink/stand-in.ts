import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFaultQueue, startStandInServer } from '../helpers/stand-in-server.ts';

/** A row of the archive as the stand-in keeps it: a point of an object's light curve. */
export interface ArchivedPoint {
  readonly jd: number;
  readonly fid: number;
  /** Null: an upper limit. */
  readonly magpsf: number | null;
  readonly diffmaglim?: number;
  readonly isdiffpos?: string;
  readonly tag?: 'valid' | 'upperlim' | 'badquality';
}

/** How one call is answered wrongly; each is used once, in order. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'slow'; readonly ms: number }
  /** A web page with status 200, as proxies send it. */
  | { readonly kind: 'html' }
  | { readonly kind: 'no-body' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'wrong-object' }
  /** Numbers that are none, in the three ways that Python has. */
  | { readonly kind: 'nan' }
  | { readonly kind: 'hang-up' };

export interface FinkCall {
  readonly objectIds: readonly string[];
  readonly status: number;
}

export interface FinkStandIn {
  /** As it goes into the configuration. */
  readonly url: string;
  readonly calls: FinkCall[];
  fail(...faults: readonly Fault[]): void;
  /** Every call from now on goes wrong so; null: none does. */
  failAlways(fault: Fault | null): void;
  stop(): Promise<void>;
}

const COLUMNS = ['i:objectId', 'i:jd', 'i:magpsf', 'i:sigmapsf', 'i:diffmaglim', 'i:fid', 'i:isdiffpos'];
/** Columns that upper limits and bad detections come with whatever was asked for. */
const ALL_THE_SAME = { 'i:candid': -1, 'i:pid': 1_234_567, 'i:programid': 1, 'i:rcid': 12, 'i:field': 600 };

const rowOf = (objectId: string, point: ArchivedPoint): Record<string, unknown> => {
  const tag = point.tag ?? (point.magpsf === null ? 'upperlim' : 'valid');
  return {
    'i:objectId': objectId,
    'i:jd': point.jd,
    'i:magpsf': point.magpsf,
    'i:sigmapsf': point.magpsf === null ? null : 0.1,
    'i:diffmaglim': point.diffmaglim ?? 20.5,
    'i:fid': point.fid,
    'i:isdiffpos': point.magpsf === null ? null : (point.isdiffpos ?? 't'),
    'd:tag': tag,
    ...(tag === 'valid' ? {} : ALL_THE_SAME),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

/** What is wrong with a request, in the service's words; null: nothing. */
const complaint = (request: IncomingMessage, asked: Record<string, unknown>): string | null => {
  if (request.headers['content-type'] !== 'application/json') return 'the body must be JSON';
  if (typeof asked.objectId !== 'string' || asked.objectId === '') return 'objectId is missing';
  if (asked['output-format'] !== 'json') return 'output-format must be json';
  const unknown = String(asked.columns ?? '')
    .split(',')
    .filter((column) => !COLUMNS.includes(column));
  return unknown.length === 0 ? null : `unknown columns ${unknown.join(', ')}`;
};

/**
 * The endpoint `objects` of Fink's API on a local port: rows newest first, limits and bad detections only where
 * they are asked for and then with all their columns, an empty array for an object that is not in the archive.
 */
export const startFinkStandIn = async (
  archive: (objectId: string) => readonly ArchivedPoint[],
): Promise<FinkStandIn> => {
  const calls: FinkCall[] = [];
  const { next, fail, failAlways } = createFaultQueue<Fault>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    if (request.method !== 'POST' || request.url !== '/api/v1/objects') {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
      return;
    }
    const asked: Record<string, unknown> = JSON.parse(text);
    const wrong = complaint(request, asked);
    const objectIds = String(asked.objectId).split(',');
    const json = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
    const note = (status: number): number => {
      calls.push({ objectIds, status });
      return status;
    };
    if (wrong !== null) return json(note(400), JSON.stringify({ status: 'error', text: wrong }));
    const fault = next();
    const rows = objectIds
      .flatMap((id) => archive(id).map((point) => rowOf(id, point)))
      .filter((row) => asked.withupperlim === 'True' || row['d:tag'] === 'valid')
      .sort((a, b) => Number(b['i:jd']) - Number(a['i:jd']));
    const body = JSON.stringify(rows);
    switch (fault?.kind) {
      case 'hang-up':
        note(0);
        request.socket.destroy();
        return;
      case 'status':
        response.writeHead(note(fault.status), {
          'content-type': 'text/html',
          ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }),
        });
        response.end('<h1>Server Error</h1>');
        return;
      case 'html':
        response.writeHead(note(200), { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
        return;
      case 'no-body':
        return json(note(200), '');
      case 'truncated':
        return json(note(200), body.slice(0, Math.max(1, body.length - 40)));
      case 'huge':
        return json(note(200), `[${`{"i:objectId":"${objectIds[0]}"},`.repeat(fault.bytes / 20)}{}]`);
      case 'wrong-object':
        return json(note(200), body.replaceAll(objectIds[0] ?? '', 'ZTF18zzzzzzz'));
      case 'nan':
        return json(
          note(200),
          body.replace(/"i:sigmapsf":[\d.]+/g, '"i:sigmapsf": NaN').replaceAll(':null', ': None'),
        );
      case 'slow':
        note(200);
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return json(200, body);
      case undefined:
        return json(note(200), body);
    }
  };

  return { ...(await startStandInServer(handle)), calls, fail, failAlways };
};
