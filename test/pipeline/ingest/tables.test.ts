import { describe, expect, it } from 'vitest';
import type { ReadItem } from '../../../src/pipeline/ingest/source.ts';
import { readTable } from '../../../src/pipeline/ingest/tables/read-table-file.ts';
import { candidOf, objectIdOf } from './packets.ts';

const columns = ['i:objectId', 'i:candid', 'i:jd', 'i:fid', 'i:magpsf', 'i:ra', 'i:dec', 'i:distnr'] as const;
const rowOf = (index: number): string[] => [
  objectIdOf(index),
  String(candidOf(index)),
  ...['2460800.5', '1', '20.1', '10.5', '20.5', '0.3'],
];
const csv = (rows: readonly string[][], separator = ','): string =>
  [columns, ...rows].map((row) => row.join(separator)).join('\n');
const jsonRow = (index: number, distnr = '0.3'): string =>
  `{"i:objectId":"${objectIdOf(index)}","i:candid":${candidOf(index)},"i:jd":2460800.5,"i:fid":1,` +
  `"i:magpsf":20.1,"i:ra":10.5,"i:dec":20.5,"i:distnr":${distnr}}`;

const isAlert = (item: ReadItem) => item.kind === 'alert';

/** Reads a table; `gap` is the longest time that timers had to wait, ms. */
const read = async (text: string) => {
  let last = performance.now();
  let gap = 0;
  const timer = setInterval(() => {
    gap = Math.max(gap, performance.now() - last);
    last = performance.now();
  }, 5);
  const items: ReadItem[] = [];
  const started = process.cpuUsage();
  const before = process.memoryUsage().rss;
  for await (const item of readTable(Buffer.from(text), 'x')) items.push(item);
  clearInterval(timer);
  return {
    alerts: items.flatMap((item) => (item.kind === 'alert' ? [item.alert] : [])),
    reasons: items.flatMap((item) => (item.kind === 'unreadable' ? [item.reason] : [])),
    items,
    gap: Math.max(gap, performance.now() - last),
    cpuMs: (({ user, system }) => (user + system) / 1000)(process.cpuUsage(started)),
    megabytes: (process.memoryUsage().rss - before) / 1e6,
  };
};

describe('a large table', () => {
  const many = Array.from({ length: 40_000 }, (_, index) => index);
  it.each([
    ['CSV', () => csv(many.map(rowOf))],
    ['JSON', () => `[${many.map((index) => jsonRow(index)).join(',')}]`],
    ['JSON lines', () => many.map((index) => jsonRow(index)).join('\n')],
  ])('as %s is read row by row, while timers fire', async (_, text) => {
    const { items, gap } = await read(text());
    expect(items.filter(isAlert)).toHaveLength(40_000);
    expect(gap).toBeLessThan(250);
  });

  it.each([
    [
      '200,000 columns',
      `${csv([])},${Array.from({ length: 200_000 }, (_, i) => `c${i}`).join(',')}`,
      /more than 4000 columns/,
    ],
    ['ten million commas', ','.repeat(10_000_000), /more than 4000 columns/],
    ['ten million quotes', '"'.repeat(10_000_000), /more than 1000000 characters/],
    ['millions of brackets', '['.repeat(5_000_000), /more than 64 deep/],
    ['millions of braces', '{"a":'.repeat(3_000_000), /more than 64 deep/],
  ])('of %s is refused in no time', async (_, text, words) => {
    const { reasons, cpuMs, megabytes } = await read(text);
    expect(reasons).toEqual([expect.stringMatching(words)]);
    expect(cpuMs).toBeLessThan(1000);
    expect(megabytes).toBeLessThan(400);
  });
});

describe('a table', () => {
  it('with semicolons and decimal commas is read', async () => {
    const rows = [1, 2].map((index) => rowOf(index).map((cell) => cell.replace('.', ',')));
    const { alerts, reasons } = await read(csv(rows, ';'));
    expect(reasons).toEqual([]);
    expect(alerts[0]).toMatchObject({ jd: 2460800.5, ra: 10.5, magpsf: 20.1, candid: String(candidOf(1)) });
  });

  it('with a row too short is read but for that row', async () => {
    const { alerts, reasons } = await read(csv([rowOf(1), rowOf(2).slice(0, 4), rowOf(3)]));
    expect(alerts).toHaveLength(2);
    expect(reasons).toEqual(['line 3: 4 fields, where the header has 8']);
  });

  it.each([
    ['a list', (rows: string[]) => `[${rows.join(', ')}]`],
    ['a row a line', (rows: string[]) => rows.join('\n')],
  ])("with Python's NaN in JSON as %s is read", async (_, join) => {
    const { alerts, reasons } = await read(join([jsonRow(1, 'NaN'), jsonRow(2, '-Infinity'), jsonRow(3)]));
    expect(reasons).toEqual([]);
    expect(alerts.map(({ epochs }) => epochs[0]?.distnr)).toEqual([null, null, 0.3]);
  });

  it('of JSON that was cut off is read up to there', async () => {
    const { alerts, reasons } = await read(`[${jsonRow(1)},${jsonRow(2)},${jsonRow(3)}`.slice(0, -9));
    expect(alerts).toHaveLength(2);
    expect(reasons).toEqual([expect.stringMatching(/ends within a row: the file was cut off/)]);
  });

  it.each([
    ['in another object', `{"status":"ok","data":[${jsonRow(1)}]}`, /its rows are in "data"/],
    [
      'as lists by column',
      `{"i:candid":[${candidOf(1)}],"i:objectId":["${objectIdOf(1)}"]}`,
      /JSON by column/,
    ],
    ['as pandas splits them', '{"columns":["i:candid"],"index":[0],"data":[[1]]}', /JSON by column/],
  ])('of JSON whose rows are %s is refused in words', async (_, text, words) => {
    expect((await read(text)).reasons).toEqual([expect.stringMatching(words)]);
  });
});
