import { setImmediate } from 'node:timers/promises';
import { countAvroFile, readAvroFile } from './avro/read-avro-file.ts';
import { createPacketDecoder, type PacketDecoder } from './decode-packet.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { readKafkaFile } from './kafka/read-kafka-files.ts';
import { readPackedFile } from './packed/read-packed-file.ts';
import { createPacketSchemas, type PacketSchemas } from './packet-schemas.ts';
import type { Footer } from './parquet/footer.ts';
import { parquetFooter, readParquetFile } from './parquet/read-parquet-file.ts';
import {
  type AlertSource,
  type LeftAlone,
  type Origin,
  type ReadBatch,
  type ReadItem,
  type UnreadableItem,
  unreadable,
} from './source.ts';
import { readTableFile } from './tables/read-table-file.ts';

export interface ReadPathOptions {
  /** Keep the three cutouts; true unless told. */
  readonly stamps?: boolean;
}

/** Packets stored together: every batch costs one sync of the disk. */
const BATCH_SIZE = 64;
/** Packets read before other work gets the thread. */
const BURST_SIZE = 32;
/** Above this number of files their packets are not counted beforehand. */
const COUNTED_FILES = 200;

/**
 * Alerts from files: Avro containers (codecs null, deflate, snappy, zstandard), Parquet as Fink's client
 * writes it, Kafka values saved one by one (`*.avro-bin` with `kafka-key.json` beside them), tables of Fink's
 * portal (CSV, JSON), the archives that this program and the reference's write, and packed ones (`.avro.gz`,
 * nightly `.tar.gz`); folders of them and glob patterns. What cannot be read becomes an `unreadable` item, and the rest is read.
 *
 * @throws if a path does not exist or matches no file
 */
export const readPath = async (
  paths: readonly string[],
  options: ReadPathOptions = {},
): Promise<AlertSource> => {
  if (paths.length === 0) throw new Error('no file or folder to read was named');
  const files = await findFiles(paths);
  const stamps = options.stamps ?? true;
  const { total, footers } = await countPackets(files, stamps);
  return { total, batches: () => batchesOf(files, stamps, footers) };
};

async function* batchesOf(
  files: readonly FoundFile[],
  stamps: boolean,
  footers: Footers,
): AsyncGenerator<ReadBatch, void, void> {
  const readers: Readers = {
    stamps,
    footers,
    decoder: createPacketDecoder({ stamps }),
    schemas: createPacketSchemas({ stamps }),
  };
  let items: ReadItem[] = [];
  let hasAlerts = false;
  /** Whole files without alerts. Beside files with alerts they are of another kind, and left alone. */
  const foreign: UnreadableItem[] = [];
  for (const file of files) {
    for await (const item of itemsOf(file, readers)) {
      if (item.kind === 'alert') hasAlerts = true;
      else if (item.isForeign === true) {
        foreign.push(item);
        continue;
      }
      items.push(item);
      // Without this, readers of small files would hold the thread from the first packet to the last.
      if (items.length % BURST_SIZE === 0) await setImmediate();
      if (items.length < BATCH_SIZE) continue;
      yield batchOf(items);
      items = [];
    }
  }
  if (hasAlerts) yield batchOf(items, foreign.map(leftAloneOf));
  else if (items.length + foreign.length > 0) yield batchOf([...items, ...foreign]);
}

const batchOf = (items: readonly ReadItem[], leftAlone: readonly LeftAlone[] = []): ReadBatch => ({
  items,
  leftAlone,
  stored: async () => {},
});

const leftAloneOf = ({ origin, reason }: UnreadableItem): LeftAlone => ({ file: origin.name, reason });

/** What readers of many files share: a folder's files mostly have one schema. */
interface Readers {
  readonly stamps: boolean;
  readonly footers: Footers;
  readonly decoder: PacketDecoder;
  readonly schemas: PacketSchemas;
}

async function* itemsOf(file: FoundFile, readers: Readers): AsyncGenerator<ReadItem, void, void> {
  try {
    switch (file.kind) {
      case 'avro':
        yield* readAvroFile(file.path, readers.schemas);
        break;
      case 'parquet':
        yield* readParquetFile(file.path, { stamps: readers.stamps, footer: readers.footers.get(file.path) });
        break;
      case 'kafka-value':
        yield* readKafkaFile(file.path, readers.decoder);
        break;
      case 'table':
        yield* readTableFile(file.path);
        break;
      case 'gzip':
      case 'tar':
        yield* readPackedFile(file.path, file.kind, readers.schemas);
        break;
      case null:
        yield unreadable(file.why ?? 'the file is neither an Avro container nor Parquet', originOf(file));
    }
  } catch (error) {
    // An error of the operating system: the file is gone, not permitted, or the disk fails.
    yield unreadable(error, originOf(file));
  }
}

const originOf = ({ path }: FoundFile): Origin => ({ name: path, kind: 'file' });

/**
 * Footers of Parquet files, by path, read for counting and kept: reading a footer may take longer than its
 * rows.
 */
type Footers = ReadonlyMap<string, Footer>;

/** The number of packets as the files announce it; null where one does not, or where there are many. */
async function countPackets(
  files: readonly FoundFile[],
  stamps: boolean,
): Promise<{ total: number | null; footers: Footers }> {
  const footers = new Map<string, Footer>();
  if (files.length > COUNTED_FILES) return { total: null, footers };
  const countOf = async ({ kind, path }: FoundFile): Promise<number | null> => {
    if (kind === 'avro') return countAvroFile(path);
    if (kind === 'kafka-value') return 1;
    if (kind !== 'parquet') return null;
    const footer = await parquetFooter(path, { stamps });
    footers.set(path, footer);
    return footer.rows;
  };
  let total = 0;
  for (const file of files) {
    const count = await countOf(file).catch(() => null);
    if (count === null) return { total: null, footers };
    total += count;
  }
  return { total, footers };
}
