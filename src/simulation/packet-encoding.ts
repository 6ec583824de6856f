/**
 * The schema of a simulated packet: the fields of Fink's ZTF packet (schema 4.02) in their order, each leaf
 * a union of its type and null. Field names and types are Fink's and ZTF's.
 */

/** A field's type: int, long, float, double, string, boolean. */
export type LeafCode = 'i' | 'l' | 'f' | 'd' | 's' | 'b';

export interface Leaf {
  readonly name: string;
  readonly code: LeafCode;
}

/** `i:fid nid rcid` is three ints; fields keep their order. */
function leaves(...groups: string[]): Leaf[] {
  return groups.flatMap((group) => {
    const [code, names = ''] = group.split(':');
    if (!isLeafCode(code)) throw new Error(`${group} names no type`);
    return names.split(' ').map((name) => ({ name, code }));
  });
}

const AVRO_NAMES = { i: 'int', l: 'long', f: 'float', d: 'double', s: 'string', b: 'boolean' } as const;

const isLeafCode = (code: string | undefined): code is LeafCode => code !== undefined && code in AVRO_NAMES;

/** What a detection and an upper limit of the history, and the current candidate, begin with (50 fields). */
const COMMON = leaves(
  'd:jd',
  'i:fid',
  'l:pid',
  'f:diffmaglim',
  's:pdiffimfilename programpi',
  'i:programid',
  'l:candid',
  's:isdiffpos',
  'l:tblid',
  'i:nid rcid field',
  'f:xpos ypos',
  'd:ra dec',
  'f:magpsf sigmapsf chipsf magap sigmagap distnr magnr sigmagnr chinr sharpnr sky magdiff fwhm classtar',
  'f:mindtoedge magfromlim seeratio aimage bimage aimagerat bimagerat elong',
  'i:nneg nbad',
  'f:rb ssdistnr ssmagnr',
  's:ssnamenr',
  'f:sumrat magapbig sigmagapbig',
  'd:ranr decnr',
);

/** The current candidate: 103 fields. */
export const CANDIDATE: readonly Leaf[] = [
  ...COMMON,
  ...leaves(
    'f:sgmag1 srmag1 simag1 szmag1 sgscore1 distpsnr1',
    'i:ndethist ncovhist',
    'd:jdstarthist jdendhist scorr',
    'i:tooflag',
    'l:objectidps1 objectidps2',
    'f:sgmag2 srmag2 simag2 szmag2 sgscore2 distpsnr2',
    'l:objectidps3',
    'f:sgmag3 srmag3 simag3 szmag3 sgscore3 distpsnr3',
    'i:nmtchps',
    'l:rfid',
    'd:jdstartref jdendref',
    'i:nframesref',
    's:rbversion',
    'f:dsnrms ssnrms dsdiff magzpsci magzpsciunc magzpscirms',
    'i:nmatches',
    'f:clrcoeff clrcounc zpclrcov zpmed clrmed clrrms neargaia neargaiabright maggaia maggaiabright exptime drb',
    's:drbversion',
  ),
];

/** An epoch of the history: 57 fields. */
export const PRV_CANDIDATE: readonly Leaf[] = [
  ...COMMON,
  ...leaves('d:scorr', 'f:magzpsci magzpsciunc magzpscirms clrcoeff clrcounc', 's:rbversion'),
];

const CUTOUT_NAMES = ['cutoutScience', 'cutoutTemplate', 'cutoutDifference'] as const;

/** Fink's light-curve features of a band. */
export const BAND_FEATURES: readonly Leaf[] = leaves(
  'd:mean weighted_mean standard_deviation median amplitude beyond_1_std cusum inter_percentile_range_10',
  'd:kurtosis linear_trend linear_trend_sigma linear_trend_noise linear_fit_slope linear_fit_slope_sigma',
  'd:linear_fit_reduced_chi2 magnitude_percentage_ratio_40_5 magnitude_percentage_ratio_20_10 maximum_slope',
  'd:median_absolute_deviation median_buffer_range_percentage_10 percent_amplitude mean_variance',
  'd:anderson_darling_normal chi2 skew stetson_K',
);

/** The top level before `candidate`. */
export const HEAD: readonly Leaf[] = leaves('s:schemavsn publisher objectId', 'l:candid');
/** Between the cutouts and `mangrove`. */
export const FINK: readonly Leaf[] = leaves(
  's:brokerIngestTimestamp brokerStartProcessTimestamp fink_broker_version fink_science_version',
  's:cdsxmatch tns DR3Name',
  'f:Plx e_Plx',
  's:vsx',
  'i:spicy_id',
  's:spicy_class gcvs x3hsp x4lac',
);
/** Between `mangrove` and the features. */
export const FINK_SCORES: readonly Leaf[] = leaves(
  'i:roid',
  'd:rf_snia_vs_nonia snn_snia_vs_nonia snn_sn_vs_all mulens',
  'i:nalerthist',
  'd:rf_kn_vs_nonkn anomaly_score anomaly_score_beta anomaly_score_anais anomaly_score_emille',
  'd:anomaly_score_julien anomaly_score_maria',
);
/** Between the features and `blazar_stats`. */
export const FINK_RATES: readonly Leaf[] = leaves(
  'd:jd_first_real_det jdstarthist_dt mag_rate sigma_rate lower_rate upper_rate delta_time',
  'b:from_upper',
);
export const TAIL: readonly Leaf[] = leaves('s:brokerEndProcessTimestamp');

const nullable = (type: unknown): unknown[] => [type, 'null'];

const fieldsOf = (fields: readonly Leaf[]): unknown[] =>
  fields.map(({ name, code }) => ({ name, type: nullable(AVRO_NAMES[code]) }));

const record = (name: string, fields: unknown[]): unknown => ({
  type: 'record',
  name: `simulated.${name}`,
  fields,
});

/** The schema as JSON, which is the key of every simulated packet. */
export const packetSchema = (): string => {
  const cutout = (name: string) =>
    record(name, [
      { name: 'fileName', type: nullable('string') },
      { name: 'stampData', type: nullable('bytes') },
    ]);
  return JSON.stringify(
    record('packet', [
      ...fieldsOf(HEAD),
      { name: 'candidate', type: record('candidate', fieldsOf(CANDIDATE)) },
      {
        name: 'prv_candidates',
        type: nullable({ type: 'array', items: nullable(record('prv_candidates', fieldsOf(PRV_CANDIDATE))) }),
      },
      ...CUTOUT_NAMES.map((name) => ({ name, type: cutout(name) })),
      ...fieldsOf(FINK),
      { name: 'mangrove', type: nullable({ type: 'map', values: nullable('string') }) },
      ...fieldsOf(FINK_SCORES),
      { name: 'lc_features_g', type: record('lc_features_g', fieldsOf(BAND_FEATURES)) },
      { name: 'lc_features_r', type: record('lc_features_r', fieldsOf(BAND_FEATURES)) },
      ...fieldsOf(FINK_RATES),
      { name: 'blazar_stats', type: nullable({ type: 'map', values: nullable('float') }) },
      ...fieldsOf(TAIL),
    ]),
  );
};

/** A field's value; null writes the union's null. */
export type LeafValue = number | bigint | string | boolean | null;

/** Values of a record's fields by name; a field that is not named is null. */
export type LeafValues = Readonly<Record<string, LeafValue>>;

const FIRST_SIZE = 1 << 16;

/** Writes Avro binary (Avro 1.11 specification, "Binary Encoding") into a buffer that grows. */
export interface AvroWriter {
  /** The fields of a record in their order, each a union of its type and null. */
  record(fields: readonly Leaf[], values: LeafValues): void;
  /** One value of a union of its type and null. */
  leaf(code: LeafCode, value: LeafValue): void;
  bytes(value: Uint8Array): void;
  /** An int or a long, without a union: a block's count, a union's branch. */
  long(value: number): void;
  /** What was written. */
  finish(): Buffer;
}

export const createAvroWriter = (): AvroWriter => {
  let buffer = Buffer.allocUnsafe(FIRST_SIZE);
  let at = 0;

  const reserve = (size: number): void => {
    if (at + size <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, at + size));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  };

  const long = (value: number | bigint): void => {
    reserve(10);
    if (typeof value === 'number' && Math.abs(value) < 2 ** 30) {
      let rest = value < 0 ? -2 * value - 1 : 2 * value;
      while (rest > 127) {
        buffer[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      buffer[at++] = rest;
      return;
    }
    const whole = BigInt(value);
    let rest = whole < 0n ? -2n * whole - 1n : 2n * whole;
    while (rest > 127n) {
      buffer[at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    buffer[at++] = Number(rest);
  };

  const text = (value: string): void => {
    const size = Buffer.byteLength(value);
    long(size);
    reserve(size);
    at += buffer.write(value, at);
  };

  const leaf = (code: LeafCode, value: LeafValue): void => {
    reserve(12);
    if (value === null) {
      buffer[at++] = 2;
      return;
    }
    buffer[at++] = 0;
    if (code === 's' && typeof value === 'string') text(value);
    else if (code === 'b' && typeof value === 'boolean') buffer[at++] = value ? 1 : 0;
    else if (code === 'f' && typeof value === 'number') at = buffer.writeFloatLE(value, at);
    else if (code === 'd' && typeof value === 'number') at = buffer.writeDoubleLE(value, at);
    else if ((code === 'i' || code === 'l') && isInteger(value)) long(value);
    else throw new TypeError(`${String(value)} (${typeof value}) is no Avro ${code}`);
  };

  return {
    record: (fields, values) => {
      for (const { name, code } of fields) leaf(code, values[name] ?? null);
    },
    leaf,
    bytes: (value) => {
      long(value.length);
      reserve(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    long,
    finish: () => Buffer.from(buffer.subarray(0, at)),
  };
};

const isInteger = (value: LeafValue): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
