import type { ColumnMetaData, Compressors, DecodedArray, PageHeader, SchemaElement } from 'hyparquet';
import { assembleLists } from 'hyparquet/src/assemble.js';
import { convert, convertWithDictionary, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import { checkDelta, checkHybrid, ParquetDataError } from './check-bytes.ts';
import type { Leaf } from './wanted-columns.ts';

/** What is left of the budget that all pages of a file share. */
export interface FileBudget {
  /** Values, the missing ones too. */
  values: number;
  /** Bytes once they are decompressed. */
  bytes: number;
}

/** Most values for each byte. Repetitive alerts without stamps have a few; no real file comes near this. */
export const fileBudget = (size: number): FileBudget => ({
  values: 1_000_000 + 100 * size,
  bytes: 64 * 1024 * 1024 + 1000 * size,
});

/** Most values of one page: the epochs of a row group of 100,000 alerts. */
const MOST_VALUES = 4_000_000;
/** A page's bytes for each compressed one, beyond what every page may have. */
const MOST_GROWTH = 2000;
const ANY_PAGE = 4 * 1024 * 1024;
const LARGEST_PAGE = 128 * 1024 * 1024;

export type ColumnDecoder = Parameters<typeof readDataPage>[2];

export const columnDecoder = (
  leaf: Leaf,
  chunk: Pick<ColumnMetaData, 'type' | 'codec'>,
  compressors: Compressors,
): ColumnDecoder => {
  const element = leaf.schemaPath.at(-1)?.element;
  if (element === undefined) throw new Error(`the schema has no column ${leaf.key}`);
  return {
    pathInSchema: [...leaf.path],
    schemaPath: leaf.schemaPath,
    element: plainElement(element),
    type: chunk.type,
    codec: chunk.codec,
    parsers: DEFAULT_PARSERS,
    compressors,
    // Some writers do not mark text as text; only cutouts are binary.
    utf8: !leaf.key.endsWith('stampData'),
  };
};

const INTEGERS = /^U?INT_\d+$/;

/** Numbers and text as they are; types that no packet's field has (JSON, decimals, geometry) as bytes. */
function plainElement(element: SchemaElement): SchemaElement {
  const { converted_type, logical_type, ...plain } = element;
  const keepsConverted =
    converted_type === 'UTF8' || (converted_type !== undefined && INTEGERS.test(converted_type));
  const keepsLogical = ['STRING', 'INTEGER', 'FLOAT16'].includes(logical_type?.type ?? '');
  return {
    ...plain,
    ...(keepsConverted ? { converted_type } : {}),
    ...(keepsLogical && logical_type !== undefined ? { logical_type } : {}),
  };
}

/** The number of values that a page's header claims. @throws ParquetDataError if it is not a valid count */
export const valuesOf = (header: PageHeader, budget: FileBudget): number => {
  const values = (header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header)
    ?.num_values;
  if (values === undefined)
    throw new ParquetDataError('a page header is damaged: it has no number of values');
  if (!Number.isInteger(values) || values < 0 || values > MOST_VALUES) {
    throw new ParquetDataError(`a page that claims to hold ${String(values).slice(0, 20)} values`);
  }
  budget.values -= values;
  if (budget.values < 0) throw new ParquetDataError('more values than the file can hold');
  return values;
};

/** A copy of the bytes, so that a reader cannot reach beyond them. */
const own = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

function decompressed(
  bytes: Uint8Array,
  size: number,
  { codec, compressors }: ColumnDecoder,
  budget: FileBudget,
): Uint8Array {
  const most = Math.min(LARGEST_PAGE, ANY_PAGE + MOST_GROWTH * bytes.byteLength);
  if (!(size >= 0 && size <= most)) {
    throw new ParquetDataError(`a page that claims to be ${size} bytes long`);
  }
  budget.bytes -= size;
  if (budget.bytes < 0) throw new ParquetDataError('more bytes than the file can hold');
  // Nothing to decompress: a page of missing values only.
  if (size === 0) return new Uint8Array(0);
  return own(decompressPage(bytes, size, codec, compressors));
}

/** The entries of a dictionary page. */
export const decodeDictionary = (
  data: Buffer,
  header: PageHeader,
  decoder: ColumnDecoder,
  budget: FileBudget,
): DecodedArray => {
  const count = valuesOf(header, budget);
  const page = decompressed(data, header.uncompressed_page_size, decoder, budget);
  if (count > 8 * page.length) throw new ParquetDataError(`${count} entries in ${page.length} bytes`);
  const entries = readPlain(readerOf(page), decoder.type, count, decoder.element.type_length);
  return convert(entries, decoder);
};

/** What is needed to decode a column's pages. */
export interface PageContext {
  readonly decoder: ColumnDecoder;
  readonly dictionary: DecodedArray | undefined;
  readonly budget: FileBudget;
}

type Encoding = Parameters<typeof convertWithDictionary>[2];
type PageData = ReturnType<typeof readDataPage>;

/**
 * A data page's rows, as hyparquet nests them.
 *
 * @param values that the page holds, the missing ones too
 * @param rows of the column so far: where lists go on from one page to the next they are appended to
 * @throws ParquetDataError, or an error of hyparquet's
 */
export const decodeData = (
  data: Buffer,
  header: PageHeader,
  values: number,
  context: PageContext,
  rows: unknown[],
): DecodedArray => {
  const read = header.type === 'DATA_PAGE_V2' ? dataOfV2 : dataOfV1;
  const { encoding, page } = read(data, header, values, context);
  const { definitionLevels, repetitionLevels, dataPage } = page;
  const converted = convertWithDictionary(dataPage, context.dictionary, encoding, context.decoder);
  return assembleLists(rows, definitionLevels, repetitionLevels, converted, context.decoder.schemaPath);
};

interface ReadPage {
  readonly encoding: Encoding;
  readonly page: PageData;
}

function dataOfV1(data: Buffer, header: PageHeader, values: number, context: PageContext): ReadPage {
  const described = header.data_page_header;
  if (described === undefined) throw new ParquetDataError('a page without a description');
  const { decoder } = context;
  const page = decompressed(data, header.uncompressed_page_size, decoder, context.budget);
  const { repetition, definition } = mostLevels(decoder);
  let at = 0;
  let present = values;
  for (const [kind, most] of [
    ['repetition', repetition],
    ['definition', definition],
  ] as const) {
    if (most === 0) continue;
    const runs = sizedRuns(page, at);
    const largest = checkHybrid(page, runs.start, runs.end, widthOf(most), values, most);
    if (kind === 'definition') present = largest;
    at = runs.end;
  }
  checkValues(page, at, described.encoding, present, context);
  return { encoding: described.encoding, page: readDataPage(page, described, decoder) };
}

function dataOfV2(data: Buffer, header: PageHeader, values: number, context: PageContext): ReadPage {
  const described = header.data_page_header_v2;
  if (described === undefined) throw new ParquetDataError('a page without a description');
  const { decoder, budget } = context;
  const start = described.repetition_levels_byte_length;
  const levels = start + described.definition_levels_byte_length;
  if (!(start >= 0 && levels >= start && levels <= data.length)) {
    throw new ParquetDataError('a page whose levels are longer than it is');
  }
  const size = header.uncompressed_page_size - levels;
  const rest = data.subarray(levels);
  const plain = described.is_compressed === false ? rest : decompressed(rest, size, decoder, budget);
  const page = new Uint8Array(levels + plain.length);
  page.set(data.subarray(0, levels));
  page.set(plain, levels);
  const { repetition, definition } = mostLevels(decoder);
  if (repetition > 0) checkHybrid(page, 0, start, widthOf(repetition), values, repetition);
  const present =
    definition > 0 ? checkHybrid(page, start, levels, widthOf(definition), values, definition) : values;
  checkValues(page, levels, described.encoding, present, context);
  const counted: PageHeader = {
    ...header,
    uncompressed_page_size: page.length,
    // Arrow leaves rows without a list, or with an empty one, out of the number of missing values.
    data_page_header_v2: { ...described, num_nulls: values - present, is_compressed: false },
  };
  return {
    encoding: described.encoding,
    page: readDataPageV2(page, counted, { ...decoder, codec: 'UNCOMPRESSED' }),
  };
}

const mostLevels = ({ schemaPath }: ColumnDecoder) => ({
  repetition: getMaxRepetitionLevel(schemaPath),
  definition: getMaxDefinitionLevel(schemaPath),
});

const widthOf = (most: number): number => 32 - Math.clz32(most);

/** Begin and end of runs whose length stands in four bytes before them. */
function sizedRuns(page: Uint8Array, at: number): { start: number; end: number } {
  if (at + 4 > page.length) throw new ParquetDataError('a page that ends within its levels');
  const start = at + 4;
  const end = start + readerOf(page).view.getUint32(at, true);
  if (end > page.length) throw new ParquetDataError('levels that are longer than their page');
  return { start, end };
}

/** The values after the levels. There are `present` of them: missing ones are not stored. */
function checkValues(
  page: Uint8Array,
  at: number,
  encoding: Encoding,
  present: number,
  { decoder, dictionary }: PageContext,
): void {
  if (present === 0) return;
  if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (dictionary === undefined) throw new ParquetDataError('a page whose dictionary is missing');
    const width = page[at];
    if (width === undefined) throw new ParquetDataError('a page that ends before its values');
    checkHybrid(page, at + 1, page.length, width, present, dictionary.length - 1);
  } else if (encoding === 'RLE') {
    if (decoder.type !== 'BOOLEAN') throw new ParquetDataError(`run lengths of ${decoder.type}`);
    const runs = sizedRuns(page, at);
    checkHybrid(page, runs.start, runs.end, 1, present, 1);
  } else if (encoding === 'DELTA_BINARY_PACKED' || encoding === 'DELTA_LENGTH_BYTE_ARRAY') {
    checkDelta(page, at, present);
  } else if (encoding === 'DELTA_BYTE_ARRAY') {
    const suffixes = checkDelta(page, at, present);
    checkDelta(page, suffixes, present);
    checkPrefixes(page, at, suffixes, present);
  }
}

/** Text stored by its prefix in common with the text before, which cannot be longer than that text. */
function checkPrefixes(page: Uint8Array, prefixesAt: number, suffixesAt: number, count: number): void {
  const [prefixes, suffixes] = [new Int32Array(count), new Int32Array(count)];
  deltaBinaryUnpack({ ...readerOf(page), offset: prefixesAt }, count, prefixes);
  deltaBinaryUnpack({ ...readerOf(page), offset: suffixesAt }, count, suffixes);
  let before = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const [prefix = 0, suffix = 0] = [prefixes[i], suffixes[i]];
    if (prefix < 0 || suffix < 0 || prefix > before)
      throw new ParquetDataError(`a prefix of ${prefix} bytes`);
    before = prefix + suffix;
    total += before;
    if (total > LARGEST_PAGE) throw new ParquetDataError(`text of more than ${LARGEST_PAGE} bytes in a page`);
  }
}

const readerOf = (bytes: Uint8Array) => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});
