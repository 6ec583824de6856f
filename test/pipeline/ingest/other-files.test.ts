import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pl from 'nodejs-polars';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPacketDecoder } from '../../../src/pipeline/ingest/decode-packet.ts';
import { temporaryFolder } from '../../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { avscType, candidOf, objectIdOf, packet, packetSchema, tarOf, writeContainer } from './packets.ts';
import { readFiles } from './read-files.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};

const container = async (...indexes: number[]): Promise<Buffer> => {
  const path = join(folder.path, 'one.avro.part');
  await writeContainer(
    path,
    indexes.map((index) => packet(index)),
    { type: avscType(packetSchema) },
  );
  return readFileSync(path);
};

const PORTAL_HEAD =
  'i:objectId,i:candid,i:jd,i:fid,i:ra,i:dec,i:magpsf,i:sigmapsf,i:isdiffpos,i:drb,d:cdsxmatch,d:roid,d:tag';
const portalRow = (tag: string, candid = '3367463101415010117', jd = '2461121.9631019') =>
  `ZTF26aamcbly,${candid},${jd},2,267.0006792,-5.8633869,16.449,0.0905,t,0.921,Unknown,0,${tag}`;

describe("tables of Fink's portal", () => {
  it('are read as CSV: alerts without a history, upper limits passed over', async () => {
    const path = write(
      'portal.csv',
      [PORTAL_HEAD, portalRow('valid'), portalRow('upperlim', '-1'), portalRow('badquality', '-1')].join(
        '\n',
      ),
    );
    const { alerts, reasons, light } = await readFiles(path);
    expect(reasons).toEqual([]);
    expect(light).toBe(1);
    expect(alerts).toMatchObject([
      {
        candid: '3367463101415010117',
        objectId: 'ZTF26aamcbly',
        jd: 2_461_121.9631019,
        fid: 2,
        magpsf: 16.449,
        drb: 0.921,
        cdsxmatch: 'Unknown',
        roid: 0,
        epochs: [{ isdiffpos: 't', sigmapsf: 0.0905 }],
      },
    ]);
  });

  it('are read as JSON, with every digit of the candid', async () => {
    const path = write(
      'portal.json',
      '[{"i:objectId": "ZTF26aamcbly", "i:candid": 3367463101415010117, "i:jd": 2461121.9631019, "i:fid": 2, "i:ra": 267.0, "i:dec": -5.8, "i:magpsf": 16.4}]',
    );
    expect((await readFiles(path)).alerts.map(({ candid }) => candid)).toEqual(['3367463101415010117']);
  });

  it.each([
    ['a candid that a spreadsheet rounded', portalRow('valid', '3.36746E+18'), 'was rounded'],
    ['an MJD for a date', portalRow('valid', '3367463101415010117', '61121.46'), 'looks like an MJD'],
  ])('with %s are refused in words', async (_, row, words) => {
    const { alerts, reasons } = await readFiles(write('portal.csv', `${PORTAL_HEAD}\n${row}\n`));
    expect(alerts).toEqual([]);
    expect(reasons).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['not JSON', 'x.json', '[{"i:objectId": ', 'JSON'],
    ['without rows', 'x.json', '[]', 'without a row'],
    ['empty', 'x.csv', '', 'empty'],
    ['of something else', 'x.csv', 'candid,label\n1,gal\n', 'lacks the columns'],
  ])('%s are one entry', async (_, name, content, words) => {
    const { reasons } = await readFiles(write(name, content));
    expect(reasons).toEqual([expect.stringContaining(words)]);
  });
});

describe('packed files', () => {
  it('.avro.gz and .csv.gz are unpacked', async () => {
    const avro = write('one.avro.gz', gzipSync(await container(0, 1)));
    const csv = write('portal.csv.gz', gzipSync(`${PORTAL_HEAD}\n${portalRow('valid')}\n`));
    const { alerts, reasons } = await readFiles(avro, csv);
    expect(reasons).toEqual([]);
    expect(alerts.map(({ candid }) => candid)).toEqual([
      candidOf(0).toString(),
      candidOf(1).toString(),
      '3367463101415010117',
    ]);
  });

  it('a nightly archive is read packet by packet, and a damaged one in it is said', async () => {
    const good = await container(2);
    const files = { '1.avro': await container(0), '2.avro': Buffer.from('no Avro'), '3.avro': good };
    const path = write(
      'ztf_public_20260322.tar.gz',
      gzipSync(tarOf({ ...files, 'readme.txt': Buffer.from('x') })),
    );
    const { alerts, reasons } = await readFiles(path);
    expect(alerts.map(({ candid }) => candid)).toEqual([candidOf(0).toString(), candidOf(2).toString()]);
    expect(reasons).toEqual(['"2.avro" in it: the file is not an Avro container']);
  });

  it('in a folder they are found beside the others; other gzipped files are not', async () => {
    mkdirSync(join(folder.path, 'night'));
    write('night/a.avro', await container(0));
    write('night/b.tar', tarOf({ 'b.avro': await container(1) }));
    write('night/stamp.fits.gz', gzipSync('stamp'));
    expect((await readFiles(join(folder.path, 'night'))).alerts).toHaveLength(2);
  });

  it.each([
    ['cut off', (bytes: Buffer) => gzipSync(bytes).subarray(0, -200)],
    ['no gzip', (bytes: Buffer) => bytes.subarray(1)],
    ['with a damaged header', (bytes: Buffer) => gzipSync(bytes.fill(0xff, 100, 140))],
  ])('an archive that is %s ends in words', async (_, damage) => {
    const path = write(
      'night.tar.gz',
      damage(tarOf({ '1.avro': await container(0), '2.avro': await container(1) })),
    );
    const { alerts, reasons } = await readFiles(path);
    expect(alerts.length).toBeLessThan(2);
    expect(reasons).toHaveLength(1);
  });

  it('an archive whose file claims to be huge is refused', async () => {
    const bytes = tarOf({ '1.avro': Buffer.from('x') });
    bytes.write('77777777777\0', 124);
    bytes.write('        ', 148);
    const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect((await readFiles(write('night.tar', bytes))).reasons).toEqual([
      'the file 1.avro in the archive is 8589934591 bytes long',
    ]);
  });
});

describe('light packets', () => {
  const names = [
    'objectId',
    'candid',
    'jd',
    'fid',
    'ra',
    'dec',
    'magpsf',
    'sigmapsf',
    'isdiffpos',
    'drb',
    'cdsxmatch',
    'roid',
  ];
  const types: Record<string, string> = {
    objectId: 'string',
    candid: 'long',
    fid: 'int',
    isdiffpos: 'string',
    cdsxmatch: 'string',
    roid: 'int',
  };
  const schema = {
    type: 'record',
    name: 'light',
    fields: names.map((name) => ({ name, type: [types[name] ?? 'double', 'null'] })),
  };
  const values = {
    objectId: objectIdOf(0),
    candid: candidOf(0),
    jd: 2_460_840.5,
    fid: 1,
    ra: 234.5,
    dec: -9.5,
    magpsf: 19.75,
    sigmapsf: 0.125,
    isdiffpos: '1',
    drb: 0.75,
    cdsxmatch: 'Unknown',
    roid: 0,
  };

  it('are the same alert from Kafka, Avro, Parquet, CSV and JSON', async () => {
    const type = avscType(schema);
    const decoded = createPacketDecoder().decode(Buffer.from(JSON.stringify(schema)), type.toBuffer(values));
    const avro = join(folder.path, 'light.avro');
    await writeContainer(avro, [values], { type });
    const row = { ...values, candid: candidOf(0).toString() };
    const parquet = join(folder.path, 'light.parquet');
    pl.DataFrame(Object.entries(row).map(([name, value]) => pl.Series(name, [value]))).writeParquet(parquet);
    const csv = write('light.csv', `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`);
    const json = write('light.json', JSON.stringify([row]));
    const { alerts, reasons, light } = await readFiles(avro, parquet, csv, json);
    expect(reasons).toEqual([]);
    expect(alerts).toEqual([decoded, decoded, decoded, decoded]);
    expect(light).toBe(4);
    expect(decoded).toMatchObject({ objectId: objectIdOf(0), candid: candidOf(0).toString() });
  });
});

describe.skipIf(!hasSharedData)(`the public cases${sharedNote}`, () => {
  it.each(['fink-portal.csv', 'fink-portal.json', 'one.avro.gz', 'nightly.tar.gz'])('%s', async (name) => {
    const { alerts, reasons } = await readFiles(sharedPath('cases', 'portal', name));
    expect(reasons).toEqual([]);
    expect(alerts).toMatchObject([{ candid: '3367463101415010117' }]);
  });
});

describe('damaged and foreign archives', () => {
  const pack = (header: { readonly kind: string; readonly size?: number }, body: Uint8Array): Buffer => {
    const archive = tarOf({ name: body });
    archive.write(header.kind, 156);
    if (header.size !== undefined) archive.write(`${header.size.toString(8).padStart(11, '0')}\0`, 124);
    archive.write('        ', 148);
    const sum = archive.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return archive.subarray(0, -1024);
  };
  const timed = async (name: string, content: Uint8Array) => {
    const started = process.cpuUsage();
    const found = await readFiles(write(name, content));
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1000);
    return found;
  };

  it('whose long name is a megabyte of digits is read in no time', async () => {
    const archive = Buffer.concat([
      pack({ kind: 'x' }, Buffer.alloc(1024 * 1024, '1')),
      tarOf({ 'a.avro': await container(1) }),
    ]);
    expect((await timed('x.tar.gz', gzipSync(archive))).alerts).toHaveLength(1);
  });

  it('whose folder claims to be terabytes long is refused', async () => {
    const archive = pack({ kind: '5', size: 8_000_000_000 }, Buffer.alloc(0));
    expect((await timed('x.tar', archive)).reasons).toEqual([
      '8000000000 bytes of links and folders in the archive',
    ]);
  });

  it.each([
    [
      'x.tar',
      () => tarOf({ 'x.parquet': Buffer.from('PAR1') }),
      /no file of alerts .*: it holds "x.parquet"; unpack it/,
    ],
    ['x.tar', () => tarOf({}), /no file of alerts .*: it is empty/],
    ['x.avro.gz', () => gzipSync(gzipSync('x')), /it holds another gzip file: unpack it/],
    [
      'x.parquet',
      () => Buffer.from(`PARE${'x'.repeat(40)}PARE`),
      /it is encrypted: write it without encryption/,
    ],
    ['x.zip', () => Buffer.from('PK\x03\x04 and so on', 'latin1'), /packed by zip: unpack it/],
    ['x.avro.bz2', () => Buffer.from('BZh9 and so on'), /packed by bzip2: unpack it/],
  ])('that hold nothing to read are said to: %s', async (name, content, words) => {
    expect((await readFiles(write(name, content()))).reasons).toEqual([expect.stringMatching(words)]);
  });

  it('that were cut off are read as far as they go', async () => {
    const path = join(folder.path, 'whole.avro');
    const packets = Array.from({ length: 40 }, (_, index) => packet(index));
    await writeContainer(path, packets, { perBlock: 1 });
    const packed = gzipSync(readFileSync(path));
    const { alerts, reasons } = await readFiles(write('x.avro.gz', packed.subarray(0, packed.length - 200)));
    expect(alerts.length).toBeGreaterThan(20);
    expect(reasons.at(-1)).toMatch(/the gzip data end too early: the file was cut off/);
  });

  it.skipIf(process.platform === 'win32')(
    'pipes and devices are refused, and the files beside them are read',
    async () => {
      const pipe = join(folder.path, 'x.avro');
      execFileSync('mkfifo', [pipe]);
      const device = join(folder.path, 'x.csv');
      symlinkSync('/dev/zero', device);
      const { alerts, reasons } = await readFiles(pipe, device, write('y.avro', await container(1)));
      expect(alerts).toHaveLength(1);
      expect(reasons).toEqual(
        Array.from({ length: 2 }, () => expect.stringMatching(/a pipe or a device, not a file/)),
      );
    },
  );
});
