import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import pl from 'nodejs-polars';
import { jsonRows } from '../../src/lib/json-rows.ts';
import { decodeTableText, parseTableText } from '../../src/lib/read-table-text.ts';
import { readLabelRows } from '../../src/loop/intake/label-rows.ts';
import { readStamp } from '../../src/pictures/card/read-stamp.ts';
import { skyPanel } from '../../src/pictures/card/sky-panel.ts';
import { identifyDust } from '../../src/pipeline/enrich/dust/check-dust.ts';
import { openCoarseMap } from '../../src/pipeline/enrich/dust/dust-map.ts';
import { openSfdMap } from '../../src/pipeline/enrich/dust/sfd-map.ts';
import { historyRow } from '../../src/pipeline/enrich/history/history-row.ts';
import { createPacketDecoder } from '../../src/pipeline/ingest/decode-packet.ts';
import { decodeRecordSet } from '../../src/pipeline/ingest/kafka/batches/decode-record-set.ts';
import { damageOf } from '../../src/pipeline/ingest/kafka/batches/fetched-message.ts';
import { registerKafkaCodecs } from '../../src/pipeline/ingest/kafka/compression/codecs.ts';
import { readPath } from '../../src/pipeline/ingest/read-path.ts';
import { OtherSurveyError } from '../../src/pipeline/ingest/source.ts';
import { readTable } from '../../src/pipeline/ingest/tables/read-table-file.ts';
import { simulateNight } from '../../src/simulation/simulated-night.ts';
import { openStore } from '../../src/store/open-store.ts';
import { batchRecords, recordBatch } from '../kafka/record-batches.ts';
import { stampBytes } from '../pictures/samples.ts';
import { writeHealpixFile, writeSfdFile } from '../pipeline/enrich/dust/dust-fixtures.ts';
import { avscType, packet, packetSchema, tarOf, writeContainer } from '../pipeline/ingest/packets.ts';
import { FIELD } from '../sky/stand-in.ts';

/** Something that reads bytes from outside. */
export interface Parser {
  readonly name: string;
  /** What is right; damage is done to copies of them in turn. */
  readonly originals: readonly Buffer[];
  /**
   * Reads damaged bytes as the program does.
   *
   * @returns true where something was read
   * @throws only an Error that says in words what is wrong
   */
  readonly read: (bytes: Buffer) => Promise<boolean> | boolean;
}

const origin = { name: 'fuzz', kind: 'topic', partition: 0, offset: '0' } as const;

/** Reads a file to its end through the source that a pull uses. */
const readFileOf = async (path: string, bytes: Buffer): Promise<boolean> => {
  writeFileSync(path, bytes);
  let alerts = 0;
  for await (const { items } of (await readPath([path])).batches()) {
    for (const { kind } of items) if (kind === 'alert') alerts += 1;
  }
  return alerts > 0;
};

const ROWS = 12;
const series = <T>(value: (row: number) => T): T[] => Array.from({ length: ROWS }, (_, row) => value(row));

/** Small tables of light packets with a history, in several codecs. */
const parquetTables = (): Buffer[] => {
  const history = pl.Series(
    'prv_candidates',
    series((row) => [2_460_790.5 + row, 2_460_791.5]),
  );
  const frame = pl.DataFrame([
    pl.Series(
      'candid',
      series((row) => String(3_000_000_000_000_000_000n + BigInt(row))),
    ),
    pl.Series(
      'objectId',
      series((row) => `ZTF25p${row}`),
    ),
    pl.Series(
      'jd',
      series((row) => 2_460_800.5 + row),
    ),
    pl.Series(
      'fid',
      series(() => 1),
      pl.Int32,
    ),
    pl.Series(
      'ra',
      series((row) => 10 + row),
    ),
    pl.Series(
      'dec',
      series((row) => 1.5 * row),
    ),
    pl.Series(
      'magpsf',
      series(() => 18.5),
    ),
    pl.Series(
      'isdiffpos',
      series((row) => (row % 3 === 0 ? null : 't')),
      pl.String,
    ),
    history,
  ]);
  return (['uncompressed', 'snappy', 'zstd', 'gzip', 'lz4'] as const).map((compression) =>
    Buffer.from(frame.writeParquet({ compression })),
  );
};

const PORTAL = [
  'i:objectId,i:candid,i:jd,i:fid,i:ra,i:dec,i:magpsf,i:isdiffpos,d:tag\nZTF26aamcbly,3367463101415010117,2461121.96,2,267.0,-5.8,16.4,t,valid\n',
  '[{"i:objectId":"ZTF26aamcbly","i:candid":3367463101415010117,"i:jd":2461121.96,"i:fid":2,"i:ra":267.0,"i:dec":-5.8,"i:magpsf":16.4}]',
];

/** Rows of Fink's archive: a detection and an upper limit. */
const ARCHIVED = [
  { 'i:objectId': 'ZTF26aamcbly', 'i:jd': 2461121.96, 'i:magpsf': 16.4, 'i:fid': 2, 'd:tag': 'valid' },
  { 'i:objectId': 'ZTF26aamcbly', 'i:jd': 2461120.96, 'i:diffmaglim': 20.5, 'i:fid': 1, 'd:tag': 'upperlim' },
];

const LABELS = [
  'candid,objectId,label,timestamp\n3000000000000000000,ZTF25p0,gal,2025-05-20T14:03:11.123456\n3000000000000000001,ZTF25p1,"extragal",2025-05-20 14:03\n',
  'candid;objectId;label;timestamp\r\n3000000000000000000;ZTF25p0;varstar;20/05/2025 14:03\r\n3000000000000000001;ZTF25p1;agn;21/05/2025 09:00\r\n',
  '\uFEFF,candid,objectId,label\n0,3000000000000000000,ZTF25p0,bogus\n1,3000000000000000001,ZTF25p1,real\n',
];

/**
 * Every reader of what comes from outside, with small examples of what is right.
 *
 * @param folder where files are written while they are read
 */
export const fuzzedParsers = async (
  folder: string,
): Promise<{ readonly parsers: readonly Parser[]; close(): Promise<void> }> => {
  const [first] = simulateNight({ seed: 1, night: 3576, size: 1 });
  if (first === undefined) throw new Error('the simulated night is empty');
  const { key, value } = first;
  const type = avscType(packetSchema);
  const containers: Buffer[] = [];
  for (const codec of ['null', 'deflate', 'snappy'] as const) {
    const path = join(folder, `${codec}.avro`);
    await writeContainer(path, [packet(0), packet(1), packet(2)], { type, codec });
    containers.push(readFileSync(path));
  }
  const [sfd, healpix] = [join(folder, 'sfd.fits'), join(folder, 'healpix.fits')];
  writeSfdFile(sfd, { pole: 1, side: 32 });
  writeHealpixFile(healpix, { nside: 4, values: () => 0.25 });
  const db = await openStore(':memory:');
  const decoder = createPacketDecoder();
  const decode = (schema: Buffer, bytes: Buffer): boolean => {
    try {
      return decoder.read(schema, bytes, origin).kind === 'alert';
    } catch (error) {
      if (error instanceof OtherSurveyError) return false;
      throw error;
    }
  };

  const parsers: Parser[] = [
    { name: 'avro value', originals: [value], read: (bytes) => decode(key, bytes) },
    { name: 'key schema', originals: [key], read: (bytes) => decode(bytes, value) },
    {
      name: 'Kafka batches',
      originals: recordSets(await gzipped(batchRecords(['one', 'two', 'three']))),
      read: async (bytes) => {
        const messages = await decodeRecordSet(bytes, decompressors);
        return messages.some((message) => damageOf(message) === null && message.value !== null);
      },
    },
    {
      name: 'avro container',
      originals: containers,
      read: (bytes) => readFileOf(join(folder, 'damaged.avro'), bytes),
    },
    {
      name: 'parquet',
      originals: parquetTables(),
      read: (bytes) => readFileOf(join(folder, 'damaged.parquet'), bytes),
    },
    {
      name: 'stamp (FITS)',
      originals: [stampBytes((x, y) => x * y)],
      read: (bytes) => readStamp(bytes).pixels.length > 0,
    },
    {
      name: 'dust maps (FITS)',
      originals: [readFileSync(sfd), readFileSync(healpix)],
      read: (bytes) => readDust(join(folder, 'damaged.fits'), bytes),
    },
    {
      name: 'alerts (CSV, JSON)',
      originals: PORTAL.map((text) => Buffer.from(text)),
      read: async (bytes) => {
        let alerts = 0;
        for await (const { kind } of readTable(bytes, 'portal')) if (kind === 'alert') alerts += 1;
        return alerts > 0;
      },
    },
    {
      name: 'archive (tar)',
      originals: [tarOf({ '1.avro': containers[0] ?? value, '2.avro': containers[1] ?? value })],
      read: (bytes) => readFileOf(join(folder, 'damaged.tar'), bytes),
    },
    {
      name: 'light curve (JSON)',
      originals: [Buffer.from(JSON.stringify(ARCHIVED))],
      read: async (bytes) => {
        let points = 0;
        for await (const row of jsonRows(piecesOf(bytes), 1e6))
          if (historyRow(row).point !== null) points += 1;
        return points > 0;
      },
    },
    {
      name: 'sky image (JPEG)',
      originals: [FIELD],
      read: (bytes) => skyPanel({ jpeg: bytes, fieldArcsec: 30, credit: 'PS1 / CDS' }, 1.01) !== null,
    },
    {
      name: 'labels (CSV)',
      originals: LABELS.map((text) => Buffer.from(text)),
      read: async (bytes) => {
        const { rows } = parseTableText(decodeTableText(bytes, 'labels.csv'), 'labels.csv');
        await readLabelRows(db, rows, 'labels.csv', '2026-05-02T12:00:00.000Z', null);
        return true;
      },
    },
  ];
  return { parsers, close: () => db.destroy() };
};

const decompressors = registerKafkaCodecs();
const gzipped = promisify(gzip);

/** What a broker answers to a fetch: batches as they are, and compressed. */
const recordSets = (compressed: Buffer): Buffer[] => {
  const plain = batchRecords(['a', 'b', 'c']);
  return [
    Buffer.concat([0, 3, 6].map((offset) => recordBatch(offset, 3, plain))),
    Buffer.concat([0, 3, 6].map((offset) => recordBatch(offset, 3, compressed, { codec: 1 }))),
  ];
};

/** As they come from a socket. */
async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

/** As an installation and a look-up read a map. */
const readDust = (path: string, bytes: Buffer): boolean => {
  writeFileSync(path, bytes);
  let values = 0;
  let refusal: unknown = null;
  for (const open of [openCoarseMap, openSfd]) {
    try {
      const map = open(path);
      for (let ra = 0; ra < 360; ra += 30) if (map.ebv(ra, ra / 4 - 45) !== null) values += 1;
      map.close();
    } catch (error) {
      refusal = error;
    }
  }
  try {
    identifyDust(path);
  } catch (error) {
    refusal = error;
  }
  if (values === 0) throw refusal;
  return true;
};

const openSfd = (path: string) => {
  const map = openSfdMap(path);
  return { ebv: (l: number, b: number) => map.ebv({ l, b }), close: map.close };
};
