import { open } from 'node:fs/promises';
import type { PacketSchemas } from '../packet-schemas.ts';
import { alertItem } from '../packet-to-alert.ts';
import { type OpenFile, openFile } from '../read-at.ts';
import { type Origin, type ReadItem, reasonOf, unreadable } from '../source.ts';
import { blockDecompressor } from './block-codecs.ts';
import { countRows, type PacketBlock, readBlocks, readContainerHeader } from './container.ts';
import { cursorOver } from './cursor.ts';
import type { AvroValue } from './reader.ts';

/**
 * The packets of an Avro container, one block in memory at a time. What cannot be read (the whole file, a
 * block, a packet) becomes an `unreadable` item, and reading goes on behind it. `origin.position` counts
 * packets from 0; packets lost with a damaged block are not counted.
 */
export async function* readAvroFile(
  path: string,
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  await using file = await open(path);
  yield* readAvro(await openFile(file), path, schemas);
}

/** As `readAvroFile`, from a file that is open; `name` is its place for messages. */
export async function* readAvro(
  file: OpenFile,
  name: string,
  schemas: PacketSchemas,
): AsyncGenerator<ReadItem, void, void> {
  let position = 0;
  const here = (): Origin => ({ name, kind: 'file', position });

  const opened = await attempt(async () => {
    const header = await readContainerHeader(file);
    return { header, read: schemas(header.schema), decompress: blockDecompressor(header.codec, file.size) };
  });
  if ('error' in opened) {
    yield unreadable(opened.error, here());
    return;
  }
  const { header, read, decompress } = opened.value;

  for await (const block of readBlocks(file, header)) {
    if (block.kind === 'damaged') {
      yield unreadable(block.reason, here());
      continue;
    }
    const data = await attempt(() => dataOf(block, decompress));
    if ('error' in data) {
      yield unreadable(`${reasonOf(data.error)}; the ${block.count} packets in it are lost`, here());
      continue;
    }
    const cursor = cursorOver(data.value);
    for (let row = 0; row < block.count; row++) {
      const start = cursor.position;
      let packet: AvroValue;
      try {
        packet = read(cursor);
      } catch (error) {
        // Packets in a block have no marks between them: without this one's end the next cannot be found.
        const lost = block.count - row - 1;
        const others = lost > 0 ? `; the ${lost} packets behind it in its block are lost` : '';
        yield unreadable(`${reasonOf(error)}${others}`, here());
        cursor.position = cursor.end;
        break;
      }
      try {
        yield alertItem(packet, here());
      } catch (error) {
        const bytes = Uint8Array.from(data.value.subarray(start, cursor.position));
        yield unreadable(error, here(), bytes, header.schema);
      }
      position++;
    }
    const left = cursor.end - cursor.position;
    if (left > 0) yield unreadable(`${left} bytes are left over after the packets of a block`, here());
  }
}

/** The number of packets in an Avro container; null where the file is damaged. */
export const countAvroFile = async (path: string): Promise<number | null> => {
  await using handle = await open(path);
  const file = await openFile(handle);
  const header = await attempt(() => readContainerHeader(file));
  return 'error' in header ? null : await countRows(file, header.value);
};

/** Bytes of what no packet can do without: name, candid, date, position, magnitude. */
const LEAST_PACKET = 32;

async function dataOf(block: PacketBlock, decompress: (data: Buffer) => Promise<Buffer>): Promise<Buffer> {
  const data = await decompress(block.data);
  if (block.count * LEAST_PACKET > data.length) {
    throw new Error(`a block that claims ${block.count} packets in ${data.length} bytes`);
  }
  return data;
}

const attempt = async <T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> => {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
};
