import { closeSync, createReadStream, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const BLOCK = 2880;

const card = (keyword: string, value: string | number): string =>
  `${keyword.padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80);

/** One FITS header, padded to whole blocks. */
const fitsHeader = (cards: readonly (readonly [string, string | number])[]): Buffer => {
  const text = `${cards.map(([keyword, value]) => card(keyword, value)).join('')}${'END'.padEnd(80)}`;
  return Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK), 'latin1');
};

export interface SfdFileOptions {
  readonly pole: 1 | -1;
  readonly side?: number;
  /** E(B-V) by [column, row]; every other pixel is 0 and takes no space on the disk. */
  readonly pixels?: readonly (readonly [number, number, number])[];
}

/** Writes a map with the header of a real SFD map; 67 MB long at the default side, nearly all of it a hole. */
export const writeSfdFile = (path: string, { pole, side = 4096, pixels = [] }: SfdFileOptions): void => {
  const header = fitsHeader([
    ['SIMPLE', 'T'],
    ['BITPIX', -32],
    ['NAXIS', 2],
    ['NAXIS1', side],
    ['NAXIS2', side],
    ['CRPIX1', (side + 1) / 2],
    ['CRPIX2', (side + 1) / 2],
    ['LAM_NSGP', pole],
    ['LAM_SCAL', side / 2],
  ]);
  const file = openSync(path, 'w');
  writeSync(file, header);
  ftruncateSync(file, header.length + Math.ceil((side * side * 4) / BLOCK) * BLOCK);
  for (const [column, row, value] of pixels) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(value);
    writeSync(file, bytes, 0, 4, header.length + (row * side + column) * 4);
  }
  closeSync(file);
};

export interface HealpixFileOptions {
  readonly nside: number;
  readonly perRow?: number;
  readonly type?: 'E' | 'D';
  readonly ordering?: string;
  readonly coordsys?: string;
  readonly values: (pixel: number) => number;
}

/** Writes a HEALPix map of the full sky as healpy does. */
export const writeHealpixFile = (path: string, options: HealpixFileOptions): void => {
  const { nside, perRow = 1, type = 'E', ordering = 'RING', coordsys, values } = options;
  const bytes = type === 'E' ? 4 : 8;
  const count = 12 * nside * nside;
  const data = Buffer.alloc(Math.ceil((count * bytes) / BLOCK) * BLOCK);
  for (let pixel = 0; pixel < count; pixel += 1) {
    if (type === 'E') data.writeFloatBE(values(pixel), pixel * bytes);
    else data.writeDoubleBE(values(pixel), pixel * bytes);
  }
  const primary = fitsHeader([
    ['SIMPLE', 'T'],
    ['BITPIX', 8],
    ['NAXIS', 0],
  ]);
  const table = fitsHeader([
    ['XTENSION', "'BINTABLE'"],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', perRow * bytes],
    ['NAXIS2', count / perRow],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', 1],
    ['TFORM1', `'${perRow === 1 ? '' : perRow}${type}'`],
    ['PIXTYPE', "'HEALPIX'"],
    ['ORDERING', `'${ordering}'`],
    ...(coordsys === undefined ? [] : [['COORDSYS', `'${coordsys}'`] as const]),
    ['NSIDE', nside],
    ['INDXSCHM', "'IMPLICIT'"],
  ]);
  const file = openSync(path, 'w');
  writeSync(file, primary);
  writeSync(file, table);
  writeSync(file, data);
  closeSync(file);
};

export interface DustServerOptions {
  /** Files by the name in the address. */
  readonly files: Readonly<Record<string, string>>;
  /** Answers byte ranges; a server that does not sends the whole file again. */
  readonly ranges?: boolean;
  /** For each connection in turn: cut it after so many bytes, or hold it open without sending more. */
  readonly faults?: ({ readonly cutAfter: number } | { readonly hangAfter: number } | null)[];
}

export interface DustServer {
  readonly baseUrl: string;
  readonly requests: { readonly file: string; readonly range: string | null; readonly status: number }[];
  /** Changes the files' ETag, as a new version on the server would. */
  newVersion(): void;
  stop(): Promise<void>;
}

/** A real HTTP server with the manners, good and bad, of the ones that hold the maps. */
export const startDustServer = async (options: DustServerOptions): Promise<DustServer> => {
  const { files, ranges = true, faults = [] } = options;
  let version = 1;
  const requests: DustServer['requests'] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    const path = files[name];
    if (path === undefined) {
      requests.push({ file: name, range: null, status: 404 });
      response.writeHead(404).end('<html>not found</html>');
      return;
    }
    const size = statSync(path).size;
    const etag = `"v${version}"`;
    const range = request.headers.range ?? null;
    const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
    const partial = ranges && from !== undefined && request.headers['if-range'] === etag;
    const start = partial ? Number(from) : 0;
    requests.push({ file: name, range, status: partial ? 206 : 200 });
    response.writeHead(partial ? 206 : 200, {
      etag,
      'content-type': 'application/fits',
      'content-length': size - start,
      ...(partial ? { 'content-range': `bytes ${start}-${size - 1}/${size}` } : {}),
    });
    const fault = faults.shift() ?? null;
    if (fault === null) {
      createReadStream(path, { start }).pipe(response);
      return;
    }
    const count = 'cutAfter' in fault ? fault.cutAfter : fault.hangAfter;
    const part = createReadStream(path, { start, end: start + count - 1 });
    let sent = 0;
    part.on('data', (chunk) => {
      sent += chunk.length;
      const last = sent === count;
      // Broken only once everything before it is on its way, so that it does arrive.
      response.write(chunk, () => {
        if (last && 'cutAfter' in fault) response.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  return {
    baseUrl: `http://127.0.0.1:${port}/maps`,
    requests,
    newVersion: () => {
      version += 1;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
