import type { SchemaElement } from 'hyparquet';
import type { ColumnSource } from 'hyparquet-writer';
import type { AlertContext, BandFeatures, Candid, Epoch, ObjectId } from '../alert.ts';
import { BAND_FEATURES, mjdFromJd } from '../alert.ts';

/**
 * Columns of a file. 1: the reference's alone. 2: those, then the further ones that the feature sets need.
 */
const ARCHIVE_LAYOUT = 2;

/** Errors and the template's source of each epoch, by their names in the packet. */
export const ARCHIVED_EPOCH_NUMBERS = [
  'sigmapsf',
  'distnr',
  'magnr',
  'sigmagnr',
] as const satisfies readonly (keyof Epoch)[];

/** What the packet says of the place; columns of the file by field of the alert's context. */
export const ARCHIVED_CONTEXT = {
  sgscore1: 'sgscore1',
  distpsnr1: 'distpsnr1',
  nmtchps: 'nmtchps',
  neargaia: 'neargaia',
  jdstarthist: 'jdstarthist',
  ndethist: 'ndethist',
  ncovhist: 'ncovhist',
  classtar: 'classtar',
  sharpnr: 'sharpnr',
  chinr: 'chinr',
  plx: 'Plx',
  plxError: 'e_Plx',
} as const satisfies Partial<Record<keyof AlertContext, string>>;

/** What one row of an archive file is made from. */
export interface ArchiveRow {
  readonly candid: Candid;
  readonly objectId: ObjectId;
  /** ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
  readonly drb: number | null;
  /** The alert's epochs as JSON, as the store keeps them: the current one first, then the history. */
  readonly epochs: string;
  /** The alert's context as JSON. */
  readonly context: string;
  /** The light-curve features in use: the packet's, or computed where it had none. */
  readonly g: BandFeatures;
  readonly r: BandFeatures;
  /** Null until Sherlock has answered. */
  readonly sherlockClass: string | null;
  readonly sepArcsec: number | null;
}

/** Packets also spell the sign as a digit; the reference counts only `t`. */
const SIGNS: Readonly<Record<string, string>> = { '1': 't', '0': 'f' };

/** A number, or null for what stands for a missing one: null, NaN (as pandas writes it). */
const numeric = (value: unknown): number | null => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : null;
};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const optional = { repetition_type: 'OPTIONAL' } as const satisfies Partial<SchemaElement>;
const DOUBLE = { ...optional, type: 'DOUBLE' } as const;
const INT64 = { ...optional, type: 'INT64' } as const;
const STRING = {
  ...optional,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const;
type Leaf = typeof DOUBLE | typeof INT64 | typeof STRING;

/** A column of the file: its part of the schema, and its values of some rows. */
interface Column {
  readonly schema: readonly SchemaElement[];
  values(rows: readonly ParsedRow[]): ColumnSource;
}

/** A row with its JSON parsed. */
type ParsedRow = Omit<ArchiveRow, 'epochs' | 'context'> & {
  readonly epochs: readonly Fields[];
  readonly context: Fields;
};

const plain = (name: string, leaf: Leaf, pick: (row: ParsedRow) => unknown): Column => ({
  schema: [{ name, ...leaf }],
  values: (rows) => ({ name, data: rows.map(pick), ...HOW[leaf.type] }),
});

/** A list with one entry an epoch. */
const perEpoch = (name: string, leaf: Leaf, pick: (epoch: Fields) => unknown): Column => ({
  schema: [
    { name, ...optional, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...leaf },
  ],
  values: (rows) => ({ name, data: rows.map(({ epochs }) => epochs.map(pick)), ...HOW[leaf.type] }),
});

const perBand = (name: string, pick: (row: ParsedRow) => BandFeatures): Column => ({
  schema: [
    { name, ...optional, num_children: BAND_FEATURES.length },
    ...BAND_FEATURES.map((feature) => ({ name: feature, ...DOUBLE })),
  ],
  values: (rows) => ({ name, data: rows.map(pick), ...HOW.DOUBLE }),
});

/** Numbers seldom repeat, so no dictionary is tried; and nobody reads their minimum and maximum. */
const HOW = {
  DOUBLE: { encoding: 'PLAIN', statistics: false },
  INT64: { statistics: false },
  BYTE_ARRAY: { statistics: false },
} as const;

const mjdOf = ({ jd }: Fields): number | null => {
  const number = numeric(jd);
  return number === null ? null : mjdFromJd(number);
};
const signOf = ({ isdiffpos }: Fields): string | null => {
  const sign = text(isdiffpos);
  return sign === null ? null : (SIGNS[sign] ?? sign);
};

/** The reference's 14 columns, then those of `ARCHIVE_LAYOUT`. */
const COLUMNS: readonly Column[] = [
  // A candid does not fit into a JavaScript number.
  plain('candid', INT64, ({ candid }) => BigInt(candid)),
  plain('objectId', STRING, ({ objectId }) => objectId),
  plain('ra', DOUBLE, ({ ra }) => ra),
  plain('dec', DOUBLE, ({ dec }) => dec),
  plain('drb', DOUBLE, ({ drb }) => drb),
  perEpoch('mjd', DOUBLE, mjdOf),
  perEpoch('mag', DOUBLE, ({ magpsf }) => numeric(magpsf)),
  perEpoch('maglim', DOUBLE, ({ diffmaglim }) => numeric(diffmaglim)),
  perEpoch('fid', INT64, ({ fid }) => BigInt(numeric(fid) ?? 0)),
  perEpoch('isdiffpos', STRING, signOf),
  perBand('lc_features_g', ({ g }) => g),
  perBand('lc_features_r', ({ r }) => r),
  plain('sherl_class', STRING, ({ sherlockClass }) => sherlockClass),
  plain('sep_arcsec', DOUBLE, ({ sepArcsec }) => sepArcsec),
  ...ARCHIVED_EPOCH_NUMBERS.map((name) => perEpoch(name, DOUBLE, (epoch) => numeric(epoch[name]))),
  ...Object.entries(ARCHIVED_CONTEXT).map(([field, name]) =>
    plain(name, DOUBLE, ({ context }) => numeric(context[field])),
  ),
  plain('layout', INT64, () => BigInt(ARCHIVE_LAYOUT)),
];

/** The file's schema as Parquet has it: a tree, each group before what is in it. */
export const ARCHIVE_SCHEMA: readonly SchemaElement[] = [
  { name: 'schema', num_children: COLUMNS.length },
  ...COLUMNS.flatMap(({ schema }) => schema),
];

/** Rows by column. @throws SyntaxError if a value is not valid JSON */
export const archiveColumns = (rows: readonly ArchiveRow[]): ColumnSource[] => {
  const parsed = rows.map(
    (row): ParsedRow => ({
      ...row,
      epochs: list(JSON.parse(row.epochs)).map(fieldsOf),
      context: fieldsOf(JSON.parse(row.context)),
    }),
  );
  return COLUMNS.map((column) => column.values(parsed));
};
