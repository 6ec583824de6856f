import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDelta, checkHybrid, checkThrift } from '../../../../src/pipeline/ingest/parquet/check-bytes.ts';
import { temporaryFolder } from '../../../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { readFiles } from '../read-files.ts';

/** They take some milliseconds; before there were bounds it was 14 s and 2.8 GB. */
const MOST_MS = 1000;

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

/** The alerts of a file and why the rest of it cannot be read; in bounded time. */
const read = async (path: string) => {
  const started = performance.now();
  const { alerts, reasons } = await readFiles(path);
  expect(performance.now() - started).toBeLessThan(MOST_MS);
  return { alerts: alerts.length, reasons };
};

const readBytes = (name: string, bytes: Uint8Array) => {
  const path = join(folder.path, `${name}.parquet`);
  writeFileSync(path, bytes);
  return read(path);
};

const ROWS = 12;

/** Light packets as a table. */
const table = (): Buffer => {
  const frame = pl.DataFrame([
    pl.Series(
      'candid',
      Array.from({ length: ROWS }, (_, i) => String(3_000_000_000_000_000_000n + BigInt(i))),
    ),
    pl.Series(
      'objectId',
      Array.from({ length: ROWS }, (_, i) => `ZTF25p${i}`),
    ),
    pl.Series(
      'jd',
      Array.from({ length: ROWS }, (_, i) => 2_460_800.5 + i),
    ),
    pl.Series(
      'fid',
      Array.from({ length: ROWS }, () => 1),
      pl.Int32,
    ),
    pl.Series(
      'ra',
      Array.from({ length: ROWS }, (_, i) => 10 + i),
    ),
    pl.Series(
      'dec',
      Array.from({ length: ROWS }, (_, i) => 1.5 * i),
    ),
    pl.Series(
      'magpsf',
      Array.from({ length: ROWS }, () => 18.5),
    ),
  ]);
  return Buffer.from(frame.writeParquet({ compression: 'uncompressed' }));
};

/** A Parquet file with this for its footer. */
const withFooter = (footer: readonly number[]): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), Buffer.from(footer), size, Buffer.from('PAR1')]);
};

describe('a Parquet file', () => {
  it('that is whole is read', async () => {
    expect(await readBytes('whole', table())).toEqual({ alerts: ROWS, reasons: [] });
  });

  it.each([
    [
      'lists that claim 2^31 elements, in each other',
      Array.from({ length: 500 }, () => [0x19, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07]).flat(),
    ],
    ['a list of 2^28 elements', [0x19, 0xf5, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a number without an end', [0x16, ...Array.from({ length: 50_000 }, () => 0xff)]],
    ['structs without an end', Array.from({ length: 50_000 }, () => 0x1c)],
    ['text that claims 4 GB', [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['nothing', []],
  ])('whose footer has %s', async (name, footer) => {
    const { alerts, reasons } = await readBytes(name.slice(0, 8), withFooter(footer));
    expect(alerts).toBe(0);
    expect(reasons).toEqual([expect.stringContaining('cannot be read as Parquet')]);
  });

  it('loses the rows of a damaged page only', async () => {
    const bytes = table();
    // The dates' page: its values are the only place of the file where these bytes are.
    const value = Buffer.alloc(8);
    value.writeDoubleLE(2_460_803.5);
    const at = bytes.indexOf(value);
    expect(at).toBeGreaterThan(0);
    bytes.writeDoubleLE(60_803, at);
    const { alerts, reasons } = await readBytes('mjd', bytes);
    expect(alerts).toBe(ROWS - 1);
    expect(reasons).toEqual(["the packet's jd is 60803, which looks like an MJD"]);
  });
});

describe('bytes that hyparquet would believe', () => {
  it.each([
    ['a run of 2^28 values', [0x80, 0x80, 0x80, 0x80, 0x02, 1]],
    ['packed runs of 2^28 values of no bits', [0x81, 0x80, 0x80, 0x80, 0x01]],
    ['too few values', [0x04, 1]],
    ['a level above the highest', [0x18, 3]],
    ['nothing', []],
  ])('runs: %s', (_, bytes) => {
    expect(() => checkHybrid(Uint8Array.from(bytes), 0, bytes.length, 2, 12, 2)).toThrow(/value|cut off/);
  });

  it('runs that are right say how many values are the highest', () => {
    // Ten times 2, then 0 and 2 packed.
    expect(checkHybrid(Uint8Array.from([0x14, 2, 0x03, 0b1000, 0]), 0, 5, 2, 12, 2)).toBe(11);
  });

  it.each([
    ['blocks in no parts', [0x80, 0x01, 0, 12, 2]],
    ['blocks of 2^28 values', [0x80, 0x80, 0x80, 0x80, 0x01, 4, 12, 2]],
    ['values of 255 bits', [0x80, 0x01, 4, 12, 2, 0, 255, 255, 255, 255]],
    ['blocks that are cut off', [0x80, 0x01, 4, 12, 2, 0, 9, 9, 9, 9, 1, 1]],
  ])('deltas: %s', (_, bytes) => {
    expect(() => checkDelta(Uint8Array.from(bytes), 0, 12)).toThrow(/blocks|bits|cut off/);
  });

  it('a header that is right ends where it ends', () => {
    expect(checkThrift(Uint8Array.from([0x15, 2, 0x18, 2, 65, 66, 0, 99]), 0)).toBe(7);
  });
});

describe.skipIf(!hasSharedData)(`the cases that stopped the service${sharedNote}`, () => {
  it('a footer of 10^8 rows in 92 bytes', async () => {
    expect((await read(sharedPath('cases', 'parquet', 'footer-of-1e8-rows.parquet'))).reasons).toEqual([
      expect.stringContaining('100000000 rows: more than a file of 92 bytes can hold'),
    ]);
  });

  it.each(['damaged-a', 'damaged-b'])('%s', async (name) => {
    const { reasons } = await read(sharedPath('cases', 'parquet', `${name}.parquet`));
    expect(reasons).toEqual([expect.stringContaining('rows 0 to 11 cannot be read')]);
    expect(process.memoryUsage().rss).toBeLessThan(1e9);
  });

  it('labels beside nothing else: one entry, with what is missing', async () => {
    const { reasons } = await read(sharedPath('cases', 'folder'));
    expect(reasons).toEqual([
      'the file is empty',
      expect.stringContaining('lacks the columns candid, jd, fid, ra, dec, magpsf'),
    ]);
  });
});
