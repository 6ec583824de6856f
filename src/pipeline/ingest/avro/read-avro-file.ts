import { open } from 'node:fs/promises';
import { messageOf } from '../../../lib/errors.ts';
import type { PacketSchemas } from '../packet-schemas.ts';
import { packetToAlert } from '../packet-to-alert.ts';
import type { ReadItem } from '../source.ts';
import { blockDecompressor } from './block-codecs.ts';
import { type ContainerBlock, countRows, readBlocks, readContainerHeader } from './container.ts';
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
  let position = 0;
  const unreadable = (reason: string, bytes: Uint8Array | null, key: Uint8Array | null): ReadItem => ({
    kind: 'unreadable',
    reason,
    origin: { name: path, kind: 'file', position },
    bytes,
    key,
  });

  const opened = await attempt(async () => {
    const header = await readContainerHeader(file);
    return { header, read: schemas(header.schema), decompress: blockDecompressor(header.codec) };
  });
  if ('reason' in opened) {
    yield unreadable(opened.reason, null, null);
    return;
  }
  const { header, read, decompress } = opened.value;

  for await (const block of readBlocks(file, header)) {
    const data = await attempt(() => dataOf(block, decompress));
    if ('reason' in data) {
      const lost = block.count === null ? '' : `; the ${block.count} packets in it are lost`;
      yield unreadable(`${data.reason}${lost}`, null, null);
      continue;
    }
    const cursor = cursorOver(data.value);
    for (let row = 0; row < (block.count ?? 0); row++) {
      const start = cursor.position;
      let packet: AvroValue;
      try {
        packet = read(cursor);
      } catch (error) {
        // Packets in a block have no marks between them: without this one's end the next cannot be found.
        const lost = (block.count ?? 0) - row - 1;
        const others = lost > 0 ? `; the ${lost} packets behind it in its block are lost` : '';
        yield unreadable(`${messageOf(error)}${others}`, null, null);
        cursor.position = cursor.end;
        break;
      }
      try {
        yield {
          kind: 'alert',
          alert: packetToAlert(packet),
          origin: { name: path, kind: 'file', position },
        };
      } catch (error) {
        const bytes = Uint8Array.from(data.value.subarray(start, cursor.position));
        yield unreadable(messageOf(error), bytes, header.schema);
      }
      position++;
    }
    const left = cursor.end - cursor.position;
    if (left > 0) yield unreadable(`${left} bytes are left over after the packets of a block`, null, null);
  }
}

/** The number of packets in an Avro container; null where the file is damaged. */
export async function countAvroFile(path: string): Promise<number | null> {
  await using file = await open(path);
  const header = await attempt(() => readContainerHeader(file));
  return 'reason' in header ? null : await countRows(file, header.value);
}

async function dataOf(block: ContainerBlock, decompress: (data: Buffer) => Promise<Buffer>): Promise<Buffer> {
  if (block.kind === 'damaged') throw new Error(block.reason);
  return decompress(block.data);
}

const attempt = async <T>(work: () => Promise<T>): Promise<{ value: T } | { reason: string }> => {
  try {
    return { value: await work() };
  } catch (error) {
    return { reason: messageOf(error) };
  }
};
