import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import pl from 'nodejs-polars';
import { afterAll, describe, expect, it } from 'vitest';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import type { ReadItem } from '../../../src/pipeline/ingest/source.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import {
  avscType,
  candidOf,
  encodePacket,
  objectIdOf,
  packet,
  packetKey,
  packetSchema,
  writeContainer,
} from './packets.ts';

const scratch = mkdtempSync(join(tmpdir(), 'finkvra-ingest-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(scratch, String(folders++));
  mkdirSync(folder);
  return folder;
};

async function readAll(paths: string[], options: { stamps?: boolean } = {}) {
  const source = await readPath(paths, options);
  const items: ReadItem[] = [];
  const sizes: number[] = [];
  for await (const batch of source.batches()) {
    items.push(...batch.items);
    sizes.push(batch.items.length);
    await batch.stored();
  }
  const alerts = items.flatMap((item) => (item.kind === 'alert' ? [item.alert] : []));
  const unreadable = items.flatMap((item) => (item.kind === 'unreadable' ? [item] : []));
  return {
    total: source.total,
    items,
    sizes,
    alerts,
    candids: alerts.map((alert) => alert.candid),
    unreadable,
  };
}

const packets = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => packet(from + index));
const candids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => candidOf(from + index).toString());

describe('Avro containers', () => {
  it.each(['null', 'deflate', 'snappy'] as const)('with the codec %s are read whole', async (codec) => {
    const path = join(newFolder(), 'night.avro');
    await writeContainer(path, packets(95), { codec });
    const { total, candids: read, sizes, unreadable, items } = await readAll([path]);
    expect(read).toEqual(candids(0, 95));
    expect(total).toBe(95);
    expect(unreadable).toEqual([]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
    expect(items[94]?.origin).toEqual({ name: path, kind: 'file', position: 94 });
  });

  const damaged = async (change: (bytes: Buffer, marks: number[]) => Buffer | undefined) => {
    const path = join(newFolder(), 'damaged.avro');
    await writeContainer(path, packets(50), { perBlock: 10 });
    const bytes = readFileSync(path);
    const sync = bytes.subarray(-16);
    const marks: number[] = [];
    for (let at = bytes.indexOf(sync); at >= 0; at = bytes.indexOf(sync, at + 1)) marks.push(at);
    expect(marks).toHaveLength(6);
    writeFileSync(path, change(bytes, marks) ?? bytes);
    return readAll([path]);
  };

  it('cut off in the last block lose that block only, and say so', async () => {
    const { candids: read, unreadable } = await damaged((bytes) => bytes.subarray(0, -100));
    expect(read).toEqual(candids(0, 40));
    expect(unreadable.map((item) => item.reason)).toEqual([
      expect.stringContaining('reaches beyond the end of the file'),
    ]);
  });

  it('with a wrong sync marker go on behind the next one', async () => {
    const { candids: read, unreadable } = await damaged((bytes, marks) => {
      bytes.fill(0x55, (marks[2] ?? 0) + 3, (marks[2] ?? 0) + 7);
      return undefined;
    });
    expect(read).toEqual([...candids(0, 10), ...candids(30, 50)]);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.reason).toContain("does not end with the file's sync marker");
    expect(unreadable[0]?.origin.position).toBe(10);
  });

  it('with bytes torn out of the middle go on at the next block', async () => {
    const { candids: read, unreadable } = await damaged((bytes, marks) => {
      const tear = (marks[1] ?? 0) + 200;
      return Buffer.concat([bytes.subarray(0, tear), bytes.subarray(tear + 77)]);
    });
    expect(read).toEqual([...candids(0, 10), ...candids(20, 50)]);
    expect(unreadable).toHaveLength(1);
  });

  it('with a packet that is no packet lose the rest of its block', async () => {
    const { candids: read, unreadable } = await damaged((bytes, marks) => {
      // Into the objectId's length of the fourth packet or so.
      const at = bytes.indexOf(objectIdOf(13), marks[1]);
      bytes[at - 1] = 0x7f;
      bytes[at] = 0xff;
      return undefined;
    });
    expect(read.slice(0, 10)).toEqual(candids(0, 10));
    expect(read.slice(-30)).toEqual(candids(20, 50));
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.reason).toMatch(/the \d packets behind it in its block are lost/);
  });

  it('with a wrong Snappy checksum do not hand out what is in the block', async () => {
    const path = join(newFolder(), 'checksum.avro');
    await writeContainer(path, packets(20), { codec: 'snappy', perBlock: 10 });
    const bytes = readFileSync(path);
    const last = bytes.length - 17;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const { candids: read, unreadable } = await readAll([path]);
    expect(read).toEqual(candids(0, 10));
    expect(unreadable[0]?.reason).toContain(
      'the checksum of Snappy data is wrong; the 10 packets in it are lost',
    );
  });

  it('with a packet without a candid keep its bytes and read the others', async () => {
    const path = join(newFolder(), 'candid.avro');
    const bad = packet(1, { candid: null }, { candid: null });
    await writeContainer(path, [packet(0), bad, packet(2)]);
    const { candids: read, unreadable } = await readAll([path]);
    expect(read).toEqual([candidOf(0).toString(), candidOf(2).toString()]);
    expect(unreadable).toMatchObject([
      { reason: 'the packet has no candid', origin: { name: path, position: 1 } },
    ]);
    expect(Buffer.from(unreadable[0]?.bytes ?? [])).toEqual(avscType(packetSchema).toBuffer(bad));
    expect(JSON.parse(Buffer.from(unreadable[0]?.key ?? []).toString())).toMatchObject({ type: 'record' });
  });

  it('of some other record are refused once, with what is missing', async () => {
    const path = join(newFolder(), 'other.avro');
    const type = avscType({ type: 'record', name: 'other', fields: [{ name: 'a', type: 'int' }] });
    await writeContainer(path, [{ a: 1 }, { a: 2 }], { type });
    const { alerts, unreadable } = await readAll([path]);
    expect(alerts).toEqual([]);
    expect(unreadable.map((item) => item.reason)).toEqual([
      'this holds no alerts: it lacks the columns objectId, candid, jd, fid, ra, dec, magpsf of a packet',
    ]);
  });

  it('with an unknown codec or an empty file say so', async () => {
    const folder = newFolder();
    await writeContainer(join(folder, 'a.avro'), packets(2), { codec: 'deflate' });
    const bytes = readFileSync(join(folder, 'a.avro'));
    bytes.write('bzip-22', bytes.indexOf('deflate'));
    writeFileSync(join(folder, 'a.avro'), bytes);
    writeFileSync(join(folder, 'b.avro'), '');
    const { unreadable } = await readAll([folder]);
    expect(unreadable.map((item) => item.reason)).toEqual([
      "the container's codec bzip-22 is not one of null, deflate, snappy, zstandard",
      'the file is empty',
    ]);
  });
});

describe('Parquet', () => {
  /** polars refuses bigints in structs; the files Fink writes have the candid beside the candidate. */
  const rows = (count: number) =>
    pl.DataFrame({
      candid: pl.Series('candid', candids(0, count), pl.Utf8).cast(pl.Int64),
      objectId: packets(count).map((each) => each.objectId),
      cdsxmatch: packets(count).map(() => 'Unknown'),
      jd: packets(count).map((each) => each.candidate.jd),
      fid: packets(count).map((each) => each.candidate.fid),
      magpsf: packets(count).map(() => 19.75),
      ra: packets(count).map(() => 234.5),
      dec: packets(count).map(() => -9.5),
    });

  it('with the candidate flattened into columns is read, several chunks of it', async () => {
    const path = join(newFolder(), 'flat.parquet');
    rows(600).writeParquet(path);
    const { total, candids: read, unreadable, alerts, sizes } = await readAll([path]);
    expect(total).toBe(600);
    expect(unreadable).toEqual([]);
    expect(read).toEqual(candids(0, 600));
    expect(alerts[1]).toMatchObject({ fid: 2, magpsf: 19.75, ra: 234.5, cdsxmatch: 'Unknown', drb: null });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
  });

  it('with columns named after their record is read', async () => {
    const path = join(newFolder(), 'dotted.parquet');
    const names = ['jd', 'fid', 'magpsf', 'ra', 'dec'];
    const renamed = Object.fromEntries(names.map((name) => [name, `candidate.${name}`]));
    rows(3).rename(renamed).writeParquet(path);
    expect((await readAll([path])).candids).toEqual(candids(0, 3));
  });

  it('without needed columns, or cut off, says what is wrong', async () => {
    const folder = newFolder();
    rows(2).drop('jd').writeParquet(join(folder, 'a.parquet'));
    rows(2).writeParquet(join(folder, 'b.parquet'));
    writeFileSync(join(folder, 'b.parquet'), readFileSync(join(folder, 'b.parquet')).subarray(0, -50));
    rows(2).writeParquet(join(folder, 'c.parquet'));
    const { candids: read, unreadable } = await readAll([folder]);
    expect(unreadable.map((item) => item.reason)).toEqual([
      'the alerts in it cannot be used: the column jd is missing',
      expect.stringContaining('the file cannot be read as Parquet'),
    ]);
    expect(read).toEqual(candids(0, 2));
  });

  it('of other columns, or of a candidate alone, is not passed over in silence', async () => {
    const folder = newFolder();
    pl.DataFrame({ a: [1, 2] }).writeParquet(join(folder, 'a.parquet'));
    rows(2)
      .select('jd', 'fid', 'magpsf', 'ra', 'dec')
      .toStruct('candidate')
      .toFrame()
      .writeParquet(join(folder, 'b.parquet'));
    const { unreadable } = await readAll([folder]);
    expect(unreadable.map((item) => item.reason)).toEqual([
      'this holds no alerts: it lacks the columns objectId, candid, jd, fid, ra, dec, magpsf of a packet',
      'this holds no alerts: it lacks the columns objectId, candid',
    ]);
  });

  it('with rounded candids refuses them rather than hand out wrong ones', async () => {
    const path = join(newFolder(), 'rounded.parquet');
    const frame = rows(2);
    frame.withColumn(frame.getColumn('candid').cast(pl.Float64)).writeParquet(path);
    const { alerts, unreadable } = await readAll([path]);
    expect(alerts).toEqual([]);
    expect(unreadable[0]?.reason).toMatch(/candid.*was rounded/);
  });
});

describe.skipIf(!hasSharedData)(`Parquet of real packets${sharedNote}`, () => {
  const original = sharedPath('alerts', 'simbad-2021.parquet');

  it.each(['uncompressed', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'] as const)(
    'compressed by %s has the same alerts, cutouts and all',
    async (compression) => {
      const path = join(newFolder(), `${compression}.parquet`);
      pl.readParquet(original).writeParquet(path, { compression });
      const { alerts, unreadable } = await readAll([path]);
      expect(unreadable).toEqual([]);
      expect(isDeepStrictEqual(alerts, (await readAll([original])).alerts)).toBe(true);
    },
  );

  it('in a row group too large to decode at once has the same alerts', async () => {
    const path = join(newFolder(), 'large.parquet');
    const frame = pl.readParquet(original);
    const copies = 10;
    pl.concat(Array.from({ length: copies }, () => frame)).writeParquet(path);
    const { alerts } = await readAll([path]);
    const once = (await readAll([original])).alerts;
    expect(alerts).toHaveLength(copies * once.length);
    expect(isDeepStrictEqual(alerts.slice(0, once.length), once)).toBe(true);
    expect(isDeepStrictEqual(alerts.slice(-once.length), once)).toBe(true);
  });

  it('damaged in the middle says which rows are lost', async () => {
    const path = join(newFolder(), 'damaged.parquet');
    const bytes = readFileSync(original);
    bytes.fill(0xff, 1000, bytes.length - 100_000);
    writeFileSync(path, bytes);
    const { alerts, unreadable } = await readAll([path]);
    expect(alerts).toEqual([]);
    expect(unreadable.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('rows 0 to 56 cannot be read'),
    ]);
  });
});

describe('what a path may be', () => {
  const library = async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'b'));
    await writeContainer(join(folder, 'b', 'second.avro'), packets(2, 10));
    await writeContainer(join(folder, 'a.avro'), packets(2, 0));
    writeFileSync(join(folder, 'notes.txt'), 'not a packet');
    writeFileSync(join(folder, '_SUCCESS'), '');
    mkdirSync(join(folder, 'kafka'));
    writeFileSync(join(folder, 'kafka', 'kafka-key.json'), packetKey);
    writeFileSync(join(folder, 'kafka', 'v0.avro-bin'), encodePacket(20));
    return folder;
  };

  it('a folder: all below it in order, other files left out', async () => {
    const { candids: read, unreadable, total } = await readAll([await library()]);
    expect(read).toEqual([...candids(0, 2), ...candids(10, 12), ...candids(20, 21)]);
    expect(unreadable).toEqual([]);
    expect(total).toBe(5);
  });

  it('a pattern', async () => {
    expect((await readAll([join(await library(), '**', '*.avro')])).candids).toHaveLength(4);
  });

  it('several, a file named twice read once', async () => {
    const folder = await library();
    const file = join(folder, 'a.avro');
    expect((await readAll([file, folder])).candids).toHaveLength(5);
  });

  it('a file with an ending of its own, by its content', async () => {
    const folder = await library();
    copyFileSync(join(folder, 'a.avro'), join(folder, 'night'));
    expect((await readAll([join(folder, 'night')])).candids).toHaveLength(2);
  });

  it('a file that is something else: said, and the others read', async () => {
    const folder = await library();
    const notes = join(folder, 'notes.txt');
    const { alerts, unreadable } = await readAll([notes, join(folder, 'a.avro')]);
    expect(alerts).toHaveLength(2);
    expect(unreadable).toMatchObject([
      { reason: 'the file is neither an Avro container nor Parquet', origin: { name: notes } },
    ]);
  });

  it('a Kafka value without its key: said', async () => {
    const folder = await library();
    rmSync(join(folder, 'kafka', 'kafka-key.json'));
    const { unreadable } = await readAll([folder]);
    expect(unreadable[0]?.reason).toBe('there is no kafka-key.json with its schema beside it');
  });

  it.each([
    ['nowhere/at-all.avro', 'no such file or folder'],
    ['*.nothing', 'no file matches this pattern'],
    ['', 'no Avro or Parquet file in this folder'],
  ])('nothing (%s): an error that names it', async (path, reason) => {
    const missing = join(newFolder(), path);
    await expect(readPath([missing])).rejects.toThrow(`${missing}: ${reason}`);
  });

  it('nothing at all: an error', async () => {
    await expect(readPath([])).rejects.toThrow('no file or folder');
  });
});

it.skipIf(process.platform !== 'linux')('a reader that stops early leaves no file open', async () => {
  const path = join(newFolder(), 'long.avro');
  await writeContainer(path, packets(200));
  const isOpen = () =>
    readdirSync('/proc/self/fd').some((fd) => {
      const target = join('/proc/self/fd', fd);
      return existsSync(target) && readlinkSync(target) === path;
    });
  const source = await readPath([path]);
  let seen = 0;
  for await (const batch of source.batches()) {
    seen += batch.items.length;
    expect(isOpen()).toBe(true);
    break;
  }
  expect(seen).toBe(64);
  expect(isOpen()).toBe(false);
});

describe.skipIf(!hasSharedData)(`the real files${sharedNote}`, () => {
  it.each([
    ['transfer', 31, 31],
    ['labelled.avro', 206, 0],
    ['live-2025.parquet', 9, 9],
    ['simbad-2021.parquet', 57, 57],
  ])('%s: %i alerts, %i with cutouts, none unreadable', async (name, count, withStamps) => {
    const { total, alerts, unreadable, candids: read } = await readAll([sharedPath('alerts', name)]);
    expect(unreadable).toEqual([]);
    expect(total).toBe(count);
    expect(new Set(read).size).toBe(count);
    const stamps = alerts.flatMap(({ stamps: { science, template, difference } }) => [
      science,
      template,
      difference,
    ]);
    expect(stamps.filter((stamp) => stamp?.[0] === 0x1f && stamp[1] === 0x8b)).toHaveLength(3 * withStamps);
    for (const alert of alerts) {
      expect(alert.candid).toMatch(/^\d{18,19}$/);
      expect(alert.objectId).toMatch(/^ZTF\d\d[a-z]{7}$/);
      expect(alert.epochs.length).toBeGreaterThan(0);
      // A history is in order and older than the alert.
      const jds = alert.epochs.map((epoch) => epoch.jd);
      expect(jds.slice(1)).toEqual(jds.slice(1).toSorted((a, b) => a - b));
      expect(Math.max(...jds)).toBe(alert.jd);
    }
  });

  it('have the same alert whatever file it came in', async () => {
    // Those of labelled.avro that came from the Parquet files are the same alerts without cutouts.
    const fromAvro = new Map(
      (await readAll([sharedPath('alerts', 'labelled.avro')])).alerts.map((a) => [a.candid, a]),
    );
    const fromParquet = (await readAll([sharedPath('alerts', 'simbad-2021.parquet')], { stamps: false }))
      .alerts;
    const both = fromParquet.filter((alert) => fromAvro.has(alert.candid));
    expect(both.length).toBeGreaterThan(20);
    for (const alert of both) {
      const other = fromAvro.get(alert.candid);
      // The two went through different versions of Fink, whose cross-matches differ.
      const finks = { context: null, roid: null, cdsxmatch: null };
      expect({ ...alert, ...finks }).toEqual({ ...other, ...finks });
    }
  });
});
