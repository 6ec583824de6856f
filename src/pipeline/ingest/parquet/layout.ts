import pl from 'nodejs-polars';
import {
  bandFeatureFields,
  bandFeatureRecords,
  candidateFields,
  epochFields,
  stampRecords,
  topFields,
} from '../packet-fields.ts';

/** Where a file keeps the wanted fields of a record such as `candidate`. */
export interface RecordPlace {
  readonly record: string;
  /** A column of structs, or the fields as columns named `candidate.jd`. */
  readonly kind: 'struct' | 'dotted';
  readonly fields: readonly string[];
}

/** Which of the wanted columns and fields a file has. */
export interface Layout {
  readonly top: readonly string[];
  readonly records: readonly RecordPlace[];
  /** The fields of the structs in the lists of prv_candidates. */
  readonly history: readonly string[];
  readonly stamps: readonly string[];
  /** What to read from the file. Few: to build one of polars' expressions takes half a millisecond. */
  readonly selection: readonly pl.Expr[];
  readonly stampSizes: pl.Expr;
}

/**
 * What is there of a packet in a file, from the file's frame without rows.
 * A file need not be one of packets: then there is little or nothing.
 */
export function layoutOf(empty: pl.DataFrame, options: { stamps: boolean }): Layout {
  const present = new Set(empty.columns);
  const placeOf = (record: string, fields: readonly string[]): RecordPlace[] => {
    const inside = structFields(empty, record);
    const inStruct = fields.filter((field) => inside.has(field));
    if (inStruct.length > 0) return [{ record, kind: 'struct', fields: inStruct }];
    const dotted = fields.filter((field) => present.has(`${record}.${field}`));
    return dotted.length > 0 ? [{ record, kind: 'dotted', fields: dotted }] : [];
  };
  const records = [
    ...placeOf('candidate', [...epochFields, ...candidateFields]),
    ...bandFeatureRecords.flatMap((record) => placeOf(record, bandFeatureFields)),
  ];
  const flattened = records.some(({ record }) => record === 'candidate')
    ? []
    : [...epochFields, ...candidateFields];
  const top = [...new Set([...topFields, ...flattened])].filter((field) => present.has(field));
  const exploded = present.has('prv_candidates')
    ? empty.select('prv_candidates').explode('prv_candidates')
    : empty;
  const inHistory = structFields(exploded, 'prv_candidates');
  const history = epochFields.filter((field) => inHistory.has(field));
  const stamps = options.stamps
    ? stampRecords.filter((record) => structFields(empty, record).has('stampData'))
    : [];
  const plain = [
    ...top.filter((field) => field !== 'candid'),
    ...records.flatMap(({ record, kind, fields }) =>
      kind === 'struct' ? [record] : fields.map((field) => `${record}.${field}`),
    ),
    ...(history.length > 0 ? ['prv_candidates'] : []),
  ];
  const selection = [
    ...(plain.length > 0 ? [pl.col(plain)] : []),
    // A candid does not fit into a JavaScript number: as text it keeps every digit.
    ...(top.includes('candid') ? [pl.col('candid').cast(pl.Utf8)] : []),
    // polars cannot hand over bytes to JavaScript; a list of 8-bit numbers it can.
    ...(stamps.length > 0
      ? [pl.col(stamps).struct.field('stampData').cast(pl.List(pl.UInt8)).keepName()]
      : []),
  ];
  const stampSizes = pl.col(stamps).lst.lengths();
  return { top, records, history, stamps, selection, stampSizes };
}

/** The fields of a column of structs; none where the column is not there or is something else. */
function structFields(empty: pl.DataFrame, column: string): ReadonlySet<string> {
  if (!empty.columns.includes(column)) return new Set();
  try {
    return new Set(empty.select(column).unnest(column).columns);
  } catch {
    // A file may keep something else under that name (all rows null, say): then it has none of the fields.
    return new Set();
  }
}
