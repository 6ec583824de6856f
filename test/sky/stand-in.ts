import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createFaultQueue, startStandInServer } from '../helpers/stand-in-server.ts';

/** A made-up field: a galaxy near the middle, a bright star in the upper left, a red one in the lower right. */
export const FIELD = readFileSync(join(import.meta.dirname, 'field.jpg'));

/** How one call is answered wrongly; each is used once, in order. */
export type SkyFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'no-body' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'huge' }
  | { readonly kind: 'hang-up' };

export interface SkyCall {
  readonly hips: string;
  readonly ra: number;
  readonly dec: number;
  readonly status: number;
}

export interface SkyStandIn {
  /** As it goes into the configuration. */
  readonly url: string;
  readonly calls: SkyCall[];
  fail(...faults: readonly SkyFault[]): void;
  /** Every call from now on goes wrong so; null: none does. */
  failAlways(fault: SkyFault | null): void;
  stop(): Promise<void>;
}

const SURVEYS = ['CDS/P/PanSTARRS/DR1/color-z-zg-g', 'CDS/P/DSS2/color'];

/** What the service would refuse, or answer with another image than a card needs; null: nothing. */
const complaint = (query: URLSearchParams): string | null => {
  const number = (name: string): number => Number(query.get(name) ?? 'missing');
  const dec = number('dec');
  if (!SURVEYS.includes(query.get('hips') ?? '')) return 'Unknown HiPS';
  if (query.get('hips') === SURVEYS[0] && dec < -30) return 'off the survey';
  if (!(number('ra') >= 0 && number('ra') < 360 && Math.abs(dec) <= 90))
    return 'ra and dec must be on the sky';
  if (query.get('projection') !== 'TAN' || query.get('coordsys') !== 'icrs') return 'projection, coordsys';
  if (query.get('format') !== 'jpg' || number('rotation_angle') !== 0) return 'format, rotation_angle';
  if (number('width') !== 256 || number('height') !== 256) return 'the stand-in has one image, 256 x 256';
  return Math.abs(number('fov') * 3600 - 30) > 0.05 ? 'the stand-in has one image, of 30 arcsec' : null;
};

/** hips2fits of CDS on a local port. */
export const startSkyStandIn = async (): Promise<SkyStandIn> => {
  const calls: SkyCall[] = [];
  const { next, fail, failAlways } = createFaultQueue<SkyFault>();

  const answer = async (response: ServerResponse, fault: SkyFault | null): Promise<number> => {
    const send = (status: number, type: string, body: string | Buffer): number => {
      response.writeHead(status, { 'content-type': type }).end(body);
      return status;
    };
    switch (fault?.kind) {
      case 'status':
        if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
        return send(fault.status, 'text/html', '<h1>Error</h1>');
      case 'html':
        return send(200, 'text/html', '<html>Bad Gateway</html>');
      case 'no-body':
        return send(200, 'image/jpeg', '');
      case 'truncated':
        return send(200, 'image/jpeg', FIELD.subarray(0, FIELD.length / 2));
      case 'huge':
        return send(200, 'image/jpeg', Buffer.concat([FIELD, Buffer.alloc(2_000_000)]));
      case 'hang-up':
        response.destroy();
        return 0;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return send(200, 'image/jpeg', FIELD);
      case undefined:
        return send(200, 'image/jpeg', FIELD);
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const query = new URL(request.url ?? '/', 'http://sky').searchParams;
    const wrong = complaint(query);
    const call = {
      hips: query.get('hips') ?? '',
      ra: Number(query.get('ra')),
      dec: Number(query.get('dec')),
    };
    if (wrong !== null) {
      calls.push({ ...call, status: 400 });
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ title: wrong }));
      return;
    }
    calls.push({ ...call, status: await answer(response, next()) });
  };

  const { url, stop } = await startStandInServer(handle);
  return { url: `${url}/hips-image-services/hips2fits`, calls, fail, failAlways, stop };
};
