import { type OpenFile, type ReadAt, windowOver } from '../read-at.ts';
import { AvroDataError, cursorOver, readBlockCount, readLong, readSize, take } from './cursor.ts';

/** An Avro object container file's header. */
export interface ContainerHeader {
  /** The writer's schema, JSON as UTF-8. */
  readonly schema: Buffer;
  readonly codec: string;
  readonly sync: Buffer;
  /** Where the first block begins. */
  readonly end: number;
}

/** A block's packets, still compressed. */
export interface PacketBlock {
  readonly kind: 'block';
  readonly count: number;
  readonly data: Buffer;
}

export type ContainerBlock =
  | PacketBlock
  /** What lies between two blocks that can be read. */
  | { readonly kind: 'damaged'; readonly reason: string };

const MAGIC = Buffer.from('Obj\x01', 'latin1');
const SYNC_SIZE = 16;
/** Two numbers of at most ten bytes each. */
const BLOCK_HEADER_SIZE = 20;
/** Bytes read from the disk at a time, so that small blocks do not each cost two waits. */
const WINDOW_SIZE = 512 * 1024;
/** The same where only the blocks' headers are wanted. */
const COUNT_WINDOW = 64 * 1024;
/** A schema of at most 1 MB and a few entries more. */
const LARGEST_HEADER = 4 * 1024 * 1024;
const MOST_ENTRIES = 1000;
/** Searched for a sync marker before more is read. */
const NEARBY = 4096;
/** Places that are no block before the rest of the file is given up. */
const MOST_PLACES = 10_000;

/**
 * Reads the header of an Avro container (Avro specification, "Object Container Files").
 *
 * @throws if the file is not an Avro container
 */
export const readContainerHeader = async (file: OpenFile): Promise<ContainerHeader> => {
  // The schema of a Fink packet takes 40 kB; the header's size is not written anywhere.
  for (let size = 64 * 1024; ; size *= 4) {
    const bytes = await file.read(0, size);
    try {
      return parseHeader(bytes);
    } catch (error) {
      const mayGoOn = error instanceof AvroDataError && bytes.length === size && size < LARGEST_HEADER;
      if (!mayGoOn) throw error;
    }
  }
};

function parseHeader(bytes: Buffer): ContainerHeader {
  if (bytes.length === 0) throw new Error('the file is empty');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('the file is not an Avro container');
  const cursor = cursorOver(bytes);
  take(cursor, MAGIC.length);
  const metadata = new Map<string, Buffer>();
  const sized = (): Buffer => {
    const size = readSize(cursor);
    const start = take(cursor, size);
    return bytes.subarray(start, start + size);
  };
  let entries = 0;
  for (let count = readBlockCount(cursor, 2); count > 0; count = readBlockCount(cursor, 2)) {
    entries += count;
    if (entries > MOST_ENTRIES)
      throw new Error(`the container's header has more than ${MOST_ENTRIES} entries`);
    for (let i = 0; i < count; i++) metadata.set(sized().toString('utf8'), sized());
  }
  const start = take(cursor, SYNC_SIZE);
  const schema = metadata.get('avro.schema');
  if (schema === undefined) throw new Error('the container names no schema');
  return {
    schema: Buffer.from(schema),
    codec: metadata.get('avro.codec')?.toString('utf8') ?? 'null',
    sync: Buffer.from(bytes.subarray(start, start + SYNC_SIZE)),
    end: cursor.position,
  };
}

/**
 * The file's blocks, still compressed, one in memory at a time. After damage, reading goes on behind the next
 * sync marker. One `damaged` entry says what was skipped up to the next readable block, however many markers lie in it.
 */
export async function* readBlocks(
  file: OpenFile,
  header: ContainerHeader,
): AsyncGenerator<ContainerBlock, void, void> {
  const fileSize = file.size;
  const read = windowOver(file, WINDOW_SIZE);
  let position = header.end;
  let damage: { readonly from: number; readonly problem: string; places: number } | null = null;
  const damagedTo = (end: number, { from, problem }: { from: number; problem: string }): ContainerBlock => ({
    kind: 'damaged',
    reason: `${problem} (bytes ${from} to ${end} of the file)`,
  });
  while (position < fileSize) {
    const found = await blockAt(file, read, header, position);
    if (found.problem === null) {
      if (damage !== null) yield damagedTo(position, damage);
      damage = null;
      yield { kind: 'block', count: found.count, data: found.data };
      position = found.end;
      continue;
    }
    damage ??= { from: position, problem: found.problem, places: 0 };
    damage.places++;
    const isHopeless = damage.places > MOST_PLACES;
    position = (isHopeless ? null : await findSync(read, header.sync, position, fileSize)) ?? fileSize;
  }
  if (damage !== null) yield damagedTo(fileSize, damage);
}

/** The number of packets that the blocks' headers announce; null where a block is damaged. */
export const countRows = async (file: OpenFile, header: ContainerHeader): Promise<number | null> => {
  const fileSize = file.size;
  const read = windowOver(file, COUNT_WINDOW);
  let total = 0;
  for (let position = header.end; position < fileSize; ) {
    const block = await blockHeaderAt(read, position, fileSize);
    if (typeof block === 'string') return null;
    total += block.count;
    position = block.dataStart + block.size + SYNC_SIZE;
  }
  return total;
};

interface BlockHeader {
  readonly count: number;
  readonly size: number;
  readonly dataStart: number;
}

/** A block's header, or what is wrong with it. */
async function blockHeaderAt(
  read: ReadAt,
  position: number,
  fileSize: number,
): Promise<BlockHeader | string> {
  const cursor = cursorOver(await read(position, Math.min(BLOCK_HEADER_SIZE, fileSize - position)));
  try {
    const count = readLong(cursor);
    const size = readLong(cursor);
    if (typeof count !== 'number' || typeof size !== 'number' || count < 0 || size < 0) {
      return 'a block header is damaged';
    }
    const dataStart = position + cursor.position;
    if (dataStart + size + SYNC_SIZE > fileSize) {
      return `a block of ${size} bytes reaches beyond the end of the file: it was cut off or is damaged`;
    }
    return { count, size, dataStart };
  } catch {
    return 'the file ends within a block header';
  }
}

type FoundBlock =
  | { readonly problem: null; readonly count: number; readonly data: Buffer; readonly end: number }
  | { readonly problem: string };

async function blockAt(
  file: OpenFile,
  read: ReadAt,
  header: ContainerHeader,
  position: number,
): Promise<FoundBlock> {
  const block = await blockHeaderAt(read, position, file.size);
  if (typeof block === 'string') return { problem: block };
  const { count, size, dataStart } = block;
  const end = dataStart + size + SYNC_SIZE;
  // Check the marker of a large block first: a damaged size would otherwise cost any amount of reading.
  const isLarge = size > WINDOW_SIZE;
  const data = isLarge ? null : await read(dataStart, size);
  const marker = await (isLarge ? file.read : read)(dataStart + size, SYNC_SIZE);
  if (!marker.equals(header.sync)) {
    return { problem: "a block does not end with the file's sync marker" };
  }
  return { problem: null, count, data: data ?? (await read(dataStart, size)), end };
}

/** The place behind the next sync marker; null when there is none. */
async function findSync(read: ReadAt, sync: Buffer, from: number, fileSize: number): Promise<number | null> {
  // First what is at hand: where markers lie close together, each search would otherwise read anew.
  let step = NEARBY;
  for (let position = from; position < fileSize; position += step, step = WINDOW_SIZE) {
    const bytes = await read(position, Math.min(step + SYNC_SIZE - 1, fileSize - position));
    const found = bytes.indexOf(sync);
    if (found >= 0) return position + found + SYNC_SIZE;
  }
  return null;
}
