import { expect, test } from 'vitest';
import { jsonRows } from '../../src/lib/json-rows.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const rowsOf = async (text: string, size = 7, most = 1e6): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for await (const row of jsonRows(inChunks(text, size), most)) rows.push(row);
  return rows;
};

test.each([1, 3, 7, 1000])(
  'gives the rows of an array, whatever pieces of %i bytes it comes in',
  async (size) => {
    const rows = [{ a: 1, b: 'x}{",\\' }, {}, { c: { d: [1, { e: 'é″' }] } }];
    expect(await rowsOf(JSON.stringify(rows), size)).toEqual(rows);
    expect(await rowsOf(JSON.stringify(rows, null, 2), size)).toEqual(rows);
    expect(await rowsOf(' [ ] \n', size)).toEqual([]);
  },
);

test("takes Python's NaN, Infinity and None for null, and no text for one of them", async () => {
  expect(await rowsOf('[{"a": NaN, "b":None,"c":-Infinity,"d": "NaN"}]')).toEqual([
    { a: null, b: null, c: null, d: 'NaN' },
  ]);
});

test.each([
  ['', 'the answer is empty'],
  ['<!DOCTYPE html><p>503', 'no JSON array of rows: "<!DOCT'],
  ['{"status": "error"}', 'no JSON array of rows: "{'],
  ['[{"a": 1}, {"a"', 'breaks off'],
  ['[{"a": 1},', 'breaks off'],
  ['[1, 2]', 'no JSON array of rows'],
  ['[{"a": }]', 'a row that is no JSON'],
  ['[{}] more', 'no JSON array of rows'],
])('says what is wrong with %j', async (text, words) => {
  await expect(rowsOf(text)).rejects.toThrow(words);
});

test('reads no more than it may', async () => {
  await expect(rowsOf(`[${'{"a":1},'.repeat(1000)}{}]`, 100, 5000)).rejects.toThrow('more than 0 MB');
});
