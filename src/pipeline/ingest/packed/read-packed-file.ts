import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { codeOf, messageOf } from '../../../lib/errors.ts';
import { readAvro } from '../avro/read-avro-file.ts';
import type { PacketSchemas } from '../packet-schemas.ts';
import { fileInMemory } from '../read-at.ts';
import { NoAlertsError, type Origin, type ReadItem, reasonOf, unreadable } from '../source.ts';
import { readTable } from '../tables/read-table-file.ts';
import { tarEntries } from './tar-entries.ts';

/** A single packed file is held in memory once unpacked, up to this size in bytes. */
const LARGEST_UNPACKED = 128 * 1024 * 1024;

/**
 * The alerts of a packed file: `.avro.gz`, `.csv.gz`, `.json.gz`, or the survey's nightly archives (`.tar.gz`,
 * `.tgz`, `.tar`), which hold one packet a file and are read as a stream. A file in an archive that cannot be read
 * becomes an `unreadable` item, and reading goes on with the next.
 */
export async function* readPackedFile(
  path: string,
  kind: 'gzip' | 'tar',
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  const origin: Origin = { name: path, kind: 'file' };
  try {
    const isPacked = /\.(tgz|gz)$/i.test(path);
    if (kind === 'gzip') yield* readGzip(path, schemas);
    else yield* readTar(path, isPacked ? unzipped(path) : raw(path), schemas);
  } catch (error) {
    yield unreadable(zlibWords(error), origin);
  }
}

async function* readGzip(path: string, schemas: PacketSchemas): AsyncGenerator<ReadItem, void, void> {
  const { bytes, error } = await unpackedWhole(path);
  if (bytes.length === 0) throw error ?? new Error('the file is empty');
  yield* readOne(path.replace(/\.gz$/i, ''), path, bytes, schemas);
  // What came before the damage has been read.
  if (error !== null) throw error;
}

async function* readTar(
  path: string,
  chunks: AsyncIterable<Buffer>,
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  let other: string | null = null;
  let isRead = false;
  for await (const entry of tarEntries(chunks)) {
    if (isOfAlerts(entry.name)) {
      isRead = true;
      yield* readEntry(path, entry, schemas);
    } else if (!isBesides(entry.name)) other ??= entry.name;
  }
  if (isRead) return;
  const found = other === null ? 'it is empty' : `it holds "${other}"`;
  throw new NoAlertsError(
    `the archive holds no file of alerts (.avro, .csv or .json): ${found}; unpack it and pull what is in it`,
  );
}

/** zlib's own words say nothing of the file. */
const zlibWords = (error: unknown): unknown => {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR') return new Error('the gzip data end too early: the file was cut off');
  return /^Z_/.test(code) ? new Error(`the gzip data are damaged (${messageOf(error)})`) : error;
};

async function* raw(path: string): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

async function* unzipped(path: string): AsyncGenerator<Buffer, void, void> {
  const unzip = createGunzip({ chunkSize: 256 * 1024 });
  const input = createReadStream(path);
  input.on('error', (error) => unzip.destroy(error));
  try {
    for await (const chunk of input.pipe(unzip)) if (Buffer.isBuffer(chunk)) yield chunk;
  } finally {
    input.destroy();
    unzip.destroy();
  }
}

/**
 * What could be unpacked, and the error that ended it, if one did. By events: whoever iterates over a stream does
 * not get what came just before its error.
 *
 * @throws if it is longer than the limit held in memory
 */
async function unpackedWhole(path: string): Promise<{ bytes: Buffer; error: unknown }> {
  const unzip = createGunzip({ chunkSize: 256 * 1024 });
  const all: Buffer[] = [];
  let size = 0;
  const tooLong = new Error(
    `unpacked it is longer than ${LARGEST_UNPACKED} bytes: unpack it and pull the file`,
  );
  unzip.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_UNPACKED) unzip.destroy(tooLong);
    else all.push(chunk);
  });
  let failed: unknown = null;
  try {
    await pipeline(createReadStream(path), unzip);
  } catch (error) {
    if (error === tooLong) throw error;
    failed = error;
  }
  return { bytes: Buffer.concat(all), error: failed };
}

const isOfAlerts = (name: string): boolean => /\.(avro|csv|json)$/i.test(name) && !isBesides(name);

/** macOS writes a file of attributes beside each. */
const isBesides = (name: string): boolean => /(^|\/)\._/.test(name);

async function* readEntry(
  path: string,
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  for await (const item of readOne(name, `${path}/${name}`, bytes, schemas)) {
    // Named after the archive, so that thousands of like failures make one entry.
    if (item.kind === 'alert' || item.isForeign === true) yield item;
    else
      yield {
        ...item,
        origin: { name: path, kind: 'file' },
        reason: reasonOf(`"${name}" in it: ${item.reason}`),
      };
  }
}

/** What is not read from within another file, by its first bytes. */
const packedKinds = [
  ['\x1f\x8b', 'another gzip file'],
  ['PAR1', 'a Parquet file'],
  ['PK\x03\x04', 'a zip archive'],
] as const;

/** One file's content by its name, or by its beginning. */
function readOne(
  name: string,
  place: string,
  bytes: Buffer,
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  const packed = packedKinds.find(([magic]) => bytes.toString('latin1', 0, magic.length) === magic)?.[1];
  if (packed !== undefined) throw new Error(`it holds ${packed}: unpack it and pull what is in it`);
  const isAvro = bytes.toString('latin1', 0, 4) === 'Obj\x01' || /\.avro$/i.test(name);
  return isAvro ? readAvro(fileInMemory(bytes), place, schemas) : readTable(bytes, place);
}
