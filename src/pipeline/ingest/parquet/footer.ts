import type { FileHandle } from 'node:fs/promises';
import type { ColumnMetaData } from 'hyparquet';
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { readAt } from '../read-at.ts';
import { checkThrift } from './check-bytes.ts';
import { fileBudget } from './page-decoder.ts';
import { type Columns, wantedColumns } from './wanted-columns.ts';

/** The parts of a file's footer needed to read its packets. */
export interface Footer {
  /** The file's size, bytes. */
  readonly size: number;
  readonly rows: number;
  readonly columns: Columns;
  readonly groups: readonly RowGroup[];
}

export interface RowGroup {
  readonly rows: number;
  /** Where the wanted columns are, by their paths in the schema joined with '.'. */
  readonly chunks: ReadonlyMap<string, Chunk>;
}

/** A column's pages of one row group: consecutive bytes of the file. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly codec: ColumnMetaData['codec'];
  readonly type: ColumnMetaData['type'];
  /** Values, including missing ones; for a list those of all rows. */
  readonly values: number;
}

const MAGIC = 'PAR1';
/** At the end of the file the size of the footer's metadata (4 bytes) and the magic. */
const TAIL_SIZE = 8;
/** The footer of a file of packets takes some 60 kB a row group. */
const FIRST_READ = 256 * 1024;
/** The schema of a packet has some 400 columns and structs. */
const MOST_COLUMNS = 4000;

/**
 * Reads the footer of a Parquet file, leaving out the columns that packets do not have.
 *
 * @throws if the file is not Parquet or its footer is damaged
 */
export const readFooter = async (file: FileHandle, options: { stamps: boolean }): Promise<Footer> => {
  const { size } = await file.stat();
  const end = await readAt(file, Math.max(0, size - FIRST_READ), Math.min(size, FIRST_READ));
  if (end.toString('latin1', Math.max(0, end.length - MAGIC.length)) === 'PARE') {
    throw new Error('it is encrypted: write it without encryption');
  }
  if (end.length < TAIL_SIZE || end.toString('latin1', end.length - MAGIC.length) !== MAGIC) {
    throw new Error('it does not end as a Parquet file does: it was cut off or is damaged');
  }
  const footerSize = end.readUInt32LE(end.length - TAIL_SIZE) + TAIL_SIZE;
  if (footerSize > size) throw new Error('its footer claims to be longer than the file');
  const bytes =
    footerSize <= end.length
      ? end.subarray(end.length - footerSize)
      : await readAt(file, size - footerSize, footerSize);
  checkThrift(bytes.subarray(0, bytes.length - TAIL_SIZE), 0);
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  if (metadata.schema.length > MOST_COLUMNS) {
    throw new Error(`a schema of ${metadata.schema.length} columns: more than ${MOST_COLUMNS}`);
  }
  const root = parquetSchema(metadata);
  const columns = wantedColumns(root, options);
  const wanted = new Set(columns.leaves.map(({ key }) => key));
  const groups = metadata.row_groups.map((group): RowGroup => {
    const chunks = new Map<string, Chunk>();
    for (const { meta_data: place, file_path: otherFile } of group.columns) {
      const key = place?.path_in_schema.join('.') ?? '';
      if (place === undefined || otherFile !== undefined || !wanted.has(key)) continue;
      const chunk = chunkOf(place);
      // A chunk outside the file counts as missing.
      if (chunk.start >= 0 && chunk.end >= chunk.start && chunk.end <= size) chunks.set(key, chunk);
    }
    return { rows: Number(group.num_rows), chunks };
  });
  for (const { rows, chunks } of groups) {
    const contradicts = columns.leaves.some(
      ({ key, repeated }) => !repeated && (chunks.get(key)?.values ?? rows) !== rows,
    );
    if (contradicts) throw new Error('its footer contradicts itself about the number of rows');
  }
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (!Number.isSafeInteger(rows) || groups.some((group) => group.rows < 0)) {
    throw new Error('its footer claims a number of rows that is none');
  }
  if (rows * columns.leaves.length > fileBudget(size).values) {
    throw new Error(`its footer claims ${rows} rows: more than a file of ${size} bytes can hold`);
  }
  return { rows, columns, groups, size };
};

function chunkOf(place: ColumnMetaData): Chunk {
  const dataStart = Number(place.data_page_offset);
  // Some writers say 0 where there is no dictionary.
  const dictionaryStart = Number(place.dictionary_page_offset ?? 0);
  const start = dictionaryStart > 0 ? Math.min(dictionaryStart, dataStart) : dataStart;
  return {
    start,
    end: start + Number(place.total_compressed_size),
    codec: place.codec,
    type: place.type,
    values: Number(place.num_values),
  };
}
