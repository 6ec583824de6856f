import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { readAvro } from '../avro/read-avro-file.ts';
import type { PacketSchemas } from '../packet-schemas.ts';
import { fileInMemory } from '../read-at.ts';
import { type Origin, type ReadItem, reasonOf, unreadable } from '../source.ts';
import { readTable } from '../tables/read-table-file.ts';
import { tarEntries } from './tar-entries.ts';

/** A single packed file is held in memory once unpacked, up to this size in bytes. */
const largestUnpacked = 128 * 1024 * 1024;

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
    const isPacked = kind === 'gzip' || /\.(tgz|gz)$/i.test(path);
    const chunks = isPacked ? unzipped(path) : raw(path);
    if (kind === 'gzip') yield* readOne(path.replace(/\.gz$/i, ''), path, await collected(chunks), schemas);
    else for await (const entry of tarEntries(chunks)) yield* readEntry(path, entry, schemas);
  } catch (error) {
    yield unreadable(error, origin);
  }
}

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

async function collected(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > largestUnpacked) {
      throw new Error(`unpacked it is longer than ${largestUnpacked} bytes: unpack it and pull the file`);
    }
    all.push(chunk);
  }
  return Buffer.concat(all);
}

async function* readEntry(
  path: string,
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  // macOS writes a file of attributes beside each.
  if (!/\.(avro|csv|json)$/i.test(name) || /(^|\/)\._/.test(name)) return;
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

/** One file's content by its name, or by its beginning. */
function readOne(
  name: string,
  place: string,
  bytes: Buffer,
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> | Generator<ReadItem, void, void> {
  const isAvro = bytes.toString('latin1', 0, 4) === 'Obj\x01' || /\.avro$/i.test(name);
  return isAvro ? readAvro(fileInMemory(bytes), place, schemas) : readTable(bytes, place);
}
