import { open, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, FinkvraError, messageOf } from '../../../lib/errors.ts';

/** What the resumption of a download has to know about the first part of it. */
interface Origin {
  readonly url: string;
  /** ETag or Last-Modified of the answer; a server whose file has changed since then starts over. */
  readonly validator: string;
  readonly total: number;
}

export interface DownloadOptions {
  readonly url: string;
  /** Where the bytes collect; it stays, with a note of its origin beside it, until the caller renames it. */
  readonly partPath: string;
  readonly signal?: AbortSignal;
  /** Called at most ten times a second and at the end; bytes. */
  readonly onProgress?: (received: number, total: number | null) => void;
  /** Attempts in a row that bring no byte before giving up. */
  readonly attempts?: number;
  /** Wait before the second attempt, doubled for each one after. */
  readonly retryDelayMs?: number;
  /** A connection that brings nothing for this long counts as dropped. */
  readonly stallMs?: number;
}

/** A failure that another attempt cannot mend. */
class FinalError extends FinkvraError {}

const notePath = (partPath: string): string => `${partPath}.json`;

/** Removes a partial download and its note. */
export const discardPart = async (partPath: string): Promise<void> => {
  await rm(partPath, { force: true });
  await rm(notePath(partPath), { force: true });
};

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
};

const readOrigin = async (partPath: string): Promise<Origin | null> => {
  try {
    const note: unknown = JSON.parse(await readFile(notePath(partPath), 'utf8'));
    if (typeof note !== 'object' || note === null) return null;
    if (!('url' in note && 'validator' in note && 'total' in note)) return null;
    const { url, validator, total } = note;
    const whole = typeof url === 'string' && typeof validator === 'string' && typeof total === 'number';
    return whole ? { url, validator, total } : null;
  } catch {
    // No note, or one cut short by a crash: the part's origin is unknown, so it is not continued.
    return null;
  }
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const diskFull = (path: string, needed: number | null): FinalError =>
  new FinalError(
    `The disk that holds ${dirname(path)} is full: ${
      needed === null ? 'the download does not fit' : `${megabytes(needed)} more are needed`
    }. Free some space, or choose another folder, and run it again; what has been downloaded is kept`,
  );

const checkSpace = async (path: string, needed: number): Promise<void> => {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < needed) throw diskFull(path, needed);
};

const refusal = (url: string, status: number): FinkvraError => {
  const where = `${url} answered ${status}`;
  if (status === 404 || status === 410) {
    return new FinalError(
      `${where}: there is no such file. Check the address, or give local copies with --from`,
    );
  }
  if (status === 401 || status === 403) {
    return new FinalError(`${where}: access refused. Check the address, or give local copies with --from`);
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return new FinalError(where);
  return new FinkvraError(where);
};

/** Where the answer's bytes belong and how long the whole file is. */
const placeOf = (response: Response, asked: number): { start: number; total: number | null } => {
  if (response.status === 206) {
    const [, start, total] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (start === undefined || total === undefined || Number(start) !== asked) {
      throw new FinkvraError(`${response.url} answered with another part than the one asked for`);
    }
    return { start: asked, total: Number(total) };
  }
  const length = response.headers.get('content-length');
  const encoded = response.headers.get('content-encoding') !== null;
  return { start: 0, total: length === null || encoded ? null : Number(length) };
};

/** One connection: continues the part where it can, else begins it again. Resolves when the file is whole. */
const attempt = async (
  options: DownloadOptions,
  report: (received: number, total: number | null) => void,
) => {
  const { url, partPath, signal, stallMs = 60_000 } = options;
  const origin = await readOrigin(partPath);
  const have = await sizeOf(partPath);
  const resumable = origin !== null && origin.url === url && have > 0 && have <= origin.total;
  if (resumable && have === origin.total) return;

  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), stallMs);
  try {
    const response = await fetch(url, {
      // A compressed answer could not be continued by a byte range.
      headers: {
        'accept-encoding': 'identity',
        ...(resumable ? { range: `bytes=${have}-`, 'if-range': origin.validator } : {}),
      },
      signal: signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      // The part is longer than the file it claims to be of: begin again.
      if (response.status === 416) await discardPart(partPath);
      throw response.status === 416 ? new FinkvraError(`${url} answered 416`) : refusal(url, response.status);
    }
    const { start, total } = placeOf(response, have);
    if (total !== null) await checkSpace(partPath, total - start);

    const etag = response.headers.get('etag');
    // A weak ETag does not promise the same bytes, which is what continuing needs.
    const validator = etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified');
    if (start === 0) await rm(notePath(partPath), { force: true });
    const file = await open(partPath, start === 0 ? 'w' : 'r+');
    let received = start;
    try {
      if (start === 0 && total !== null && validator !== null) {
        await writeFile(notePath(partPath), JSON.stringify({ url, validator, total } satisfies Origin));
      }
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), stallMs);
        await file.write(chunk, 0, chunk.length, received);
        received += chunk.length;
        report(received, total);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (total !== null && received !== total) {
      throw new FinkvraError(`${url} ended after ${received} of ${total} bytes`);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') throw diskFull(partPath, null);
    if (stalled.signal.aborted && signal?.aborted !== true) {
      throw new FinkvraError(`${url} sent nothing for ${Math.round(stallMs / 1000)} s`);
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/** fetch says only "fetch failed"; the reason is in its cause. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error
    ? `${error.message} (${error.cause.message || codeOf(error.cause)})`
    : messageOf(error);

/** At most ten reports a second, however small the pieces that arrive. */
const throttled = (report: DownloadOptions['onProgress']) => {
  let last = 0;
  return (received: number, total: number | null): void => {
    const now = performance.now();
    if (report === undefined || (now - last < 100 && received !== total)) return;
    last = now;
    report(received, total);
  };
};

/**
 * Downloads a file to `partPath`. A dropped or stalled connection is continued where it broke off, in
 * this run or the next, if the server says by ETag or Last-Modified that the file is still the same and
 * answers byte ranges; else the file is begun again.
 * @throws FinkvraError saying what went wrong (not found, refused, disk full, unreachable) and what to do;
 * the signal's reason if it was aborted, in which case the part is kept too
 */
export const downloadFile = async (options: DownloadOptions): Promise<void> => {
  const { url, partPath, signal, attempts = 5, retryDelayMs = 1000 } = options;
  const report = throttled(options.onProgress);
  let idle = 0;
  let furthest = await sizeOf(partPath);
  for (;;) {
    try {
      signal?.throwIfAborted();
      await attempt(options, report);
      return;
    } catch (error) {
      if (signal?.aborted === true || error instanceof FinalError) throw error;
      // Only attempts that got nowhere count: a poor connection that still brings bytes is not given up.
      const reached = await sizeOf(partPath);
      idle = reached > furthest ? 1 : idle + 1;
      furthest = Math.max(furthest, reached);
      if (idle >= attempts) {
        throw new FinkvraError(
          `Cannot download ${url}: ${reasonOf(error)}. Run it again to continue, or give local copies with --from`,
          { cause: error },
        );
      }
      await delay(retryDelayMs * 2 ** (idle - 1), undefined, signal === undefined ? {} : { signal });
    }
  }
};
