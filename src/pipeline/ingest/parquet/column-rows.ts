import type { Compressors, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import type { ReadAt } from '../read-at.ts';
import { reasonOf } from '../source.ts';
import { checkThrift, ParquetDataError } from './check-bytes.ts';
import type { Chunk } from './footer.ts';
import { columnDecoder, decodeData, decodeDictionary, type FileBudget, valuesOf } from './page-decoder.ts';
import type { Leaf } from './wanted-columns.ts';

/** The value of a row that cannot be read. */
export class Damaged {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A column's values, row by row, as hyparquet nests them: a list for each level that may be missing. */
export interface ColumnRows {
  /** The next rows' values. Those that cannot be read are `Damaged`; it throws for none of them. */
  take(count: number): Promise<unknown[]>;
  /** Why no further row can be read; null while there may be some. */
  lost(): Damaged | null;
}

/** Enough for a page's header, unless it repeats the smallest and the largest value and they are long. */
const HEADER_SIZE = 1024;
const LARGEST_HEADER = 4 * 1024 * 1024;

/**
 * Reads one column of a row group page by page, so that only what the next rows need is in memory (a page is
 * some 1 MB; a row group may be 128 MB).
 *
 * @param budget what all columns of the file may take together
 * @param pause awaited before each page, so that reading many does not block the thread
 */
export const columnRows = (
  leaf: Leaf,
  chunk: Chunk,
  read: ReadAt,
  compressors: Compressors,
  budget: FileBudget,
  pause: () => Promise<void>,
): ColumnRows => {
  const decoder = columnDecoder(leaf, chunk, compressors);
  let position = chunk.start;
  let valuesLeft = chunk.values;
  let dictionary: DecodedArray | undefined;
  /** Decoded rows not taken yet; the last row of a list column may go on in the next page. */
  let rows: unknown[] = [];
  /** Why nothing behind `rows` can be read. */
  let end: Damaged | null = null;

  const nextPage = async (): Promise<void> => {
    await pause();
    const { header, start } = await pageAt(read, position, chunk.end);
    const size = header.compressed_page_size;
    if (!(size >= 0) || start + size > chunk.end) throw new Error('a page reaches beyond its column');
    const data = await read(start, size);
    if (data.length < size) throw new Error('the file ends within a page');
    position = start + size;
    if (header.type === 'DICTIONARY_PAGE') {
      dictionary = decodeDictionary(data, header, decoder, budget);
      return;
    }
    const values = valuesOf(header, budget);
    if (values > valuesLeft) throw new Error(`a page that claims to hold ${values} values`);
    valuesLeft -= values;
    if (values > 0) append(data, header, values);
  };

  const append = (data: Buffer, header: PageHeader, values: number): void => {
    const before = rows.length;
    try {
      // For nested values hyparquet appends to the given rows; otherwise it makes new ones.
      const decoded = decodeData(data, header, values, { decoder, dictionary, budget }, rows);
      if (decoded !== rows) for (const value of decoded) rows.push(value);
      if (!leaf.repeated && rows.length !== before + values) {
        throw new ParquetDataError(`${rows.length - before} values where there should be ${values}`);
      }
    } catch (error) {
      if (leaf.repeated) throw error;
      rows.length = before;
      const damaged = damagedBy(error);
      for (let i = 0; i < values; i++) rows.push(damaged);
    }
  };

  return {
    async take(count) {
      // The last row of a list is whole when the next one has begun.
      const enough = leaf.repeated ? count + 1 : count;
      while (rows.length < enough && end === null && valuesLeft > 0) {
        const complete = leaf.repeated ? Math.max(0, rows.length - 1) : rows.length;
        try {
          await nextPage();
        } catch (error) {
          rows.length = complete;
          end = damagedBy(error);
        }
      }
      const taken = rows.slice(0, count);
      rows = rows.slice(count);
      while (taken.length < count) taken.push(end ?? missing);
      return taken;
    },
    lost: () => (rows.length > 0 || (end === null && valuesLeft > 0) ? null : (end ?? missing)),
  };
};

const missing = new Damaged('the column ends too early');

/** Our errors say what is wrong. Errors of a library on damaged bytes may say anything. */
const damagedBy = (error: unknown): Damaged =>
  new Damaged(
    error instanceof TypeError || error instanceof RangeError
      ? `a page is damaged (${reasonOf(error)})`
      : reasonOf(error),
  );

/** The header of the page at a place of the file, and where its data begin. */
async function pageAt(
  read: ReadAt,
  position: number,
  end: number,
): Promise<{ header: PageHeader; start: number }> {
  for (let size = HEADER_SIZE; ; size *= 8) {
    const isAll = size >= end - position || size >= LARGEST_HEADER;
    const bytes = await read(position, Math.min(size, end - position));
    const reader = readerOf(bytes);
    try {
      checkThrift(bytes, 0);
      const header = parquetHeader(reader);
      return { header, start: position + reader.offset };
    } catch (error) {
      if (isAll) throw new Error('a page header is damaged', { cause: error });
    }
  }
}

const readerOf = (bytes: Buffer) => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});
