import type { Compressors, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js';
import { messageOf } from '../../../lib/errors.ts';
import type { ReadAt } from '../read-at.ts';
import type { Chunk } from './footer.ts';
import type { Leaf } from './wanted-columns.ts';

/** Stands for the value of a row that cannot be read. */
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
}

/** Enough for a page's header, unless it repeats the smallest and the largest value and they are long. */
const headerSize = 1024;
const largestHeader = 4 * 1024 * 1024;

/**
 * Reads one column of a row group page by page, so that only what the next rows need is in memory (a page is
 * some 1 MB; a row group may be 128 MB).
 *
 * @param pause awaited before each page, so that whoever reads many need not hold the thread
 */
export function columnRows(
  leaf: Leaf,
  chunk: Chunk,
  read: ReadAt,
  compressors: Compressors,
  pause: () => Promise<void>,
): ColumnRows {
  const decoder = decoderOf(leaf, chunk, compressors);
  let position = chunk.start;
  let valuesLeft = chunk.values;
  let dictionary: DecodedArray | undefined;
  /** Rows decoded and not taken yet; the last one of a list may go on in the next page. */
  let rows: unknown[] = [];
  /** Why nothing behind `rows` can be read. */
  let end: Damaged | null = null;

  const nextPage = async (): Promise<void> => {
    await pause();
    const { header, start } = await pageAt(read, position, chunk.end);
    const size = header.compressed_page_size;
    if (!(size >= 0) || start + size > chunk.end) throw new Error('a page reaches beyond its column');
    const values = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    if (!(values >= 0 && values <= valuesLeft))
      throw new Error(`a page that claims to hold ${values} values`);
    const data = await read(start, size);
    if (data.length < size) throw new Error('the file ends within a page');
    position = start + size;
    valuesLeft -= values;
    if (header.type === 'DICTIONARY_PAGE') {
      const { data: entries } = readPage(readerOf(data), header, decoder, undefined, undefined, 0);
      dictionary = entries === undefined ? undefined : convert(entries, decoder);
    } else if (values > 0) {
      append(data, header, values);
    }
  };

  const append = (data: Buffer, header: PageHeader, values: number): void => {
    const before = rows.length;
    try {
      // hyparquet appends to the rows that it is given where values are nested, and makes new ones otherwise.
      const counted = withMissingLists(leaf, header, data);
      const { data: decoded } = readPage(readerOf(data), counted, decoder, dictionary, rows, 0);
      if (decoded !== undefined && decoded !== rows) for (const value of decoded) rows.push(value);
    } catch (error) {
      if (leaf.repeated) throw error;
      rows.length = before;
      const damaged = new Damaged(messageOf(error));
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
          end = new Damaged(messageOf(error));
        }
      }
      const taken = rows.slice(0, count);
      rows = rows.slice(count);
      const missing = end ?? new Damaged('the column ends too early');
      while (taken.length < count) taken.push(missing);
      return taken;
    },
  };
}

type ColumnDecoder = Parameters<typeof readPage>[2];

function decoderOf(leaf: Leaf, chunk: Chunk, compressors: Compressors): ColumnDecoder {
  const element = leaf.schemaPath.at(-1)?.element;
  if (element === undefined) throw new Error(`the schema has no column ${leaf.key}`);
  return {
    pathInSchema: [...leaf.path],
    schemaPath: leaf.schemaPath,
    element,
    type: chunk.type,
    codec: chunk.codec,
    parsers: DEFAULT_PARSERS,
    compressors,
    // Some writers do not mark text as text; a cutout is the one field that is none.
    utf8: !leaf.key.endsWith('stampData'),
  };
}

/** The header of the page at a place of the file, and where its data begin. */
async function pageAt(
  read: ReadAt,
  position: number,
  end: number,
): Promise<{ header: PageHeader; start: number }> {
  for (let size = headerSize; ; size *= 8) {
    const isAll = size >= end - position || size >= largestHeader;
    const reader = readerOf(await read(position, Math.min(size, end - position)));
    try {
      const header = parquetHeader(reader);
      return { header, start: position + reader.offset };
    } catch (error) {
      if (isAll) throw new Error('a page header is damaged', { cause: error });
    }
  }
}

/**
 * The header of a page of version 2 with the rows that have no list, or an empty one, among its missing values:
 * Arrow leaves them out of `num_nulls`, and hyparquet then expects more values than there are.
 */
function withMissingLists(leaf: Leaf, header: PageHeader, data: Buffer): PageHeader {
  const page = header.data_page_header_v2;
  if (page === undefined || !leaf.repeated) return header;
  const present = getMaxDefinitionLevel(leaf.schemaPath);
  const levels = new Array<number>(page.num_values);
  const reader = { ...readerOf(data), offset: page.repetition_levels_byte_length };
  readRleBitPackedHybrid(reader, 32 - Math.clz32(present), levels, page.definition_levels_byte_length);
  const num_nulls = levels.filter((level) => level < present).length;
  return { ...header, data_page_header_v2: { ...page, num_nulls } };
}

const readerOf = (bytes: Buffer) => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});
