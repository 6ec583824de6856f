import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { encodePacket, packetSchema } from '../packets.ts';
import { readFiles } from '../read-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'finkvra-containers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of this process alone; what it takes is some tens of milliseconds. */
const MOST_CPU_MS = 1000;

const zigzag = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
};
const sized = (bytes: Buffer): Buffer => Buffer.concat([zigzag(bytes.length), bytes]);
const sync = Buffer.from('0123456789abcdef');

interface Block {
  readonly count: number;
  readonly data: Buffer;
}

const headerOf = (schema: string, codec = 'null'): Buffer =>
  Buffer.concat([
    Buffer.from('Obj\x01', 'latin1'),
    zigzag(2),
    ...['avro.schema', schema, 'avro.codec', codec].map((text) => sized(Buffer.from(text))),
    zigzag(0),
    sync,
  ]);
const blockOf = ({ count, data }: Block): Buffer => Buffer.concat([zigzag(count), sized(data), sync]);
const three: Block = {
  count: 3,
  data: Buffer.concat([1, 2, 3].map((index) => encodePacket(index))),
};

const readOf = async (bytes: Buffer): Promise<{ alerts: number; reasons: string[] }> => {
  const path = join(folder, 'x.avro');
  writeFileSync(path, bytes);
  const started = process.cpuUsage();
  const { alerts, reasons } = await readFiles(path);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(MOST_CPU_MS);
  return { alerts: alerts.length, reasons };
};

const plain = JSON.stringify(packetSchema);

describe('a container', () => {
  it('of thousands of sync markers with damage between them is one entry, read in no time', async () => {
    const damage = Buffer.concat(
      Array.from({ length: 40_000 }, () => Buffer.concat([Buffer.from([1]), sync])),
    );
    const file = Buffer.concat([headerOf(plain), blockOf(three), damage, blockOf(three)]);
    // So many markers are given up; fewer are looked behind for a block.
    expect(await readOf(file)).toMatchObject({
      alerts: 3,
      reasons: [expect.stringMatching(/block header is damaged/)],
    });
    const less = Buffer.concat([
      headerOf(plain),
      blockOf(three),
      damage.subarray(0, 17 * 1000),
      blockOf(three),
    ]);
    expect(await readOf(less)).toMatchObject({
      alerts: 6,
      reasons: [expect.stringMatching(/\(bytes \d+ to \d+/)],
    });
  });

  it.each([
    ['deflate', (bytes: Buffer) => deflateRawSync(bytes, { level: 9 })],
    ['zstandard', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('whose blocks unpack to a thousand times their size (%s) is refused in words', async (codec, pack) => {
    const data = pack(Buffer.alloc(96 * 1024 * 1024));
    const blocks = Array.from({ length: 5 }, () => blockOf({ count: 10, data }));
    const { reasons } = await readOf(Buffer.concat([headerOf(plain, codec), ...blocks]));
    expect(reasons).toHaveLength(5);
    expect(reasons[0]).toMatch(/a block of \d+ bytes that unpacks to more than alerts do/);
  });

  it('that claims millions of packets of a few bytes is refused', async () => {
    const file = Buffer.concat([
      headerOf(plain),
      blockOf({ count: 2_000_000, data: Buffer.alloc(14_000_000) }),
    ]);
    expect((await readOf(file)).reasons).toEqual([
      expect.stringMatching(/claims 2000000 packets in 14000000 bytes/),
    ]);
  });

  it('whose header has millions of entries is refused', async () => {
    const entries = Buffer.concat([
      Buffer.from('Obj\x01', 'latin1'),
      Buffer.from('\x02\0\0'.repeat(1_500_000), 'latin1'),
      zigzag(0),
      sync,
    ]);
    expect((await readOf(entries)).reasons).toEqual([expect.stringMatching(/more than 1000 entries/)]);
  });

  it.each([
    ['a byte order mark before the schema', `\uFEFF${plain}`],
    [
      'names of any characters',
      plain.replace('"fields"', '"aliases":["1-é"],"fields"').replace('"roid"', '"ro-id é"'),
    ],
    ['a record name of other characters', plain.replace('"name":"', '"name":"2025.é.')],
  ])('with %s is read', async (_, schema) => {
    expect(schema).not.toBe(plain);
    expect(await readOf(Buffer.concat([headerOf(schema), blockOf(three)]))).toEqual({
      alerts: 3,
      reasons: [],
    });
  });

  it.each([
    ['a million brackets', `{"type":${'['.repeat(900_000)}`, /more than 32 deep/],
    [
      'an enum of 90,000 symbols',
      JSON.stringify({ type: 'enum', name: 'e', symbols: Array.from({ length: 90_000 }, (_, i) => `a${i}`) }),
      /more than 10000 names/,
    ],
    ['a list of types at its top', `[${plain}]`, /the schema is no record/],
  ])('whose schema is %s is refused', async (_, schema, words) => {
    expect((await readOf(Buffer.concat([headerOf(schema), blockOf(three)]))).reasons).toEqual([
      expect.stringMatching(words),
    ]);
  });
});
