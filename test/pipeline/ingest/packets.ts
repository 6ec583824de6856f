import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import avsc from 'avsc';
import { snappyCompress } from 'hysnappy';

/*
 * Packets made by the tests themselves, with avsc as the writer: another program than the reader under
 * test. Their schema is Fink's in small, with things around the wanted fields that a reader must step over.
 */

const optional = (type: unknown): unknown[] => [type, 'null'];
const leaf = (name: string, type: string) => ({ name, type: optional(type) });

const EPOCH_FIELDS = [
  leaf('jd', 'double'),
  leaf('fid', 'int'),
  leaf('pid', 'long'),
  leaf('diffmaglim', 'float'),
  leaf('programpi', 'string'),
  leaf('candid', 'long'),
  leaf('isdiffpos', 'string'),
  leaf('magpsf', 'float'),
  leaf('sigmapsf', 'float'),
  leaf('distnr', 'float'),
  leaf('magnr', 'float'),
  leaf('sigmagnr', 'float'),
];
/** Of ZTF's schema 4.02, with fields around the wanted ones. */
const FORCED_FIELDS = [
  leaf('field', 'int'),
  leaf('rcid', 'int'),
  leaf('fid', 'int'),
  leaf('jd', 'double'),
  leaf('diffmaglim', 'float'),
  leaf('magzpsci', 'float'),
  leaf('forcediffimflux', 'float'),
  leaf('forcediffimfluxunc', 'float'),
  leaf('procstatus', 'string'),
];
/** A point of forced photometry. */
export const forcedPoint = (values: PacketValues): PacketValues => ({ ...nulls(FORCED_FIELDS), ...values });
const bandFields = [
  'mean',
  'amplitude',
  'linear_fit_reduced_chi2',
  'linear_fit_slope',
  'linear_fit_slope_sigma',
  'median',
  'median_absolute_deviation',
].map((name) => leaf(name, 'double'));

const record = (name: string, fields: unknown[]) => ({ type: 'record', name, fields });
const cutout = (name: string) => ({
  name,
  type: record(`topLevelRecord.${name}`, [leaf('fileName', 'string'), leaf('stampData', 'bytes')]),
});

export const packetSchema = {
  type: 'record',
  name: 'topLevelRecord.value',
  fields: [
    leaf('schemavsn', 'string'),
    leaf('objectId', 'string'),
    leaf('candid', 'long'),
    {
      name: 'candidate',
      type: record('topLevelRecord.candidate', [
        ...EPOCH_FIELDS,
        leaf('ra', 'double'),
        leaf('dec', 'double'),
        leaf('drb', 'float'),
        leaf('rb', 'float'),
        leaf('distpsnr1', 'float'),
        leaf('sgscore1', 'float'),
        leaf('neargaia', 'float'),
        leaf('ndethist', 'int'),
        leaf('jdstarthist', 'double'),
      ]),
    },
    {
      name: 'prv_candidates',
      type: optional({ type: 'array', items: record('topLevelRecord.prv_candidates', EPOCH_FIELDS) }),
    },
    {
      name: 'fp_hists',
      type: optional({ type: 'array', items: record('topLevelRecord.fp_hists', FORCED_FIELDS) }),
    },
    cutout('cutoutScience'),
    cutout('cutoutTemplate'),
    cutout('cutoutDifference'),
    { name: 'mangrove', type: optional({ type: 'map', values: optional('string') }) },
    leaf('from_upper', 'boolean'),
    leaf('cdsxmatch', 'string'),
    leaf('tns', 'string'),
    leaf('vsx', 'string'),
    leaf('gcvs', 'string'),
    leaf('DR3Name', 'string'),
    leaf('roid', 'int'),
    { name: 'lc_features_g', type: record('topLevelRecord.lc_features_g', bandFields) },
    { name: 'lc_features_r', type: record('topLevelRecord.lc_features_r', bandFields) },
    leaf('brokerEndProcessTimestamp', 'string'),
  ],
};

/** A Kafka key: the schema as the broker sends it. */
export const packetKey = Buffer.from(JSON.stringify(packetSchema));

/** What a packet of the tests can say; `undefined` leaves the default, null is an Avro null. */
export interface PacketValues {
  readonly [field: string]: unknown;
}

const nulls = (fields: readonly { name: string }[]): PacketValues =>
  Object.fromEntries(fields.map(({ name }) => [name, null]));

/** 0-based number of the packet -> a candid of the real size. */
export const candidOf = (index: number): bigint => 3_086_208_464_615_015_024n + BigInt(index);

/** Number of a packet -> a name of an object: ZTF25 and seven letters, the last four the number's digits. */
export const objectIdOf = (index: number): string =>
  `ZTF25aaa${String(index)
    .padStart(4, '0')
    .replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))}`;

export const packet = (index: number, values: PacketValues = {}, candidate: PacketValues = {}) => ({
  schemavsn: '3.3',
  objectId: objectIdOf(index),
  candid: candidOf(index),
  candidate: {
    ...nulls(EPOCH_FIELDS),
    jd: 2_460_840.5 + index / 1000,
    fid: 1 + (index % 2),
    pid: 3_086_208_464_615n,
    diffmaglim: 20.5,
    programpi: 'Kulkarni',
    candid: candidOf(index),
    isdiffpos: 't',
    magpsf: 19.75,
    sigmapsf: 0.125,
    ra: 234.6264197,
    dec: -9.6559401,
    drb: 0.75,
    rb: 0.875,
    distpsnr1: 0.5,
    sgscore1: 0.25,
    neargaia: 1.5,
    ndethist: 3,
    jdstarthist: 2_460_800.25,
    ...candidate,
  },
  fp_hists: null,
  prv_candidates: [
    { ...nulls(EPOCH_FIELDS), jd: 2_460_830.5, fid: 2, pid: 1n, diffmaglim: 20.25 },
    {
      ...nulls(EPOCH_FIELDS),
      jd: 2_460_831.5,
      fid: 1,
      pid: 2n,
      diffmaglim: 20.25,
      magpsf: 20,
      sigmapsf: 0.25,
      isdiffpos: 'f',
      distnr: 0.5,
      magnr: 18.5,
      sigmagnr: 0.0625,
    },
  ],
  cutoutScience: { fileName: 'science.fits.gz', stampData: Buffer.from(`science ${index}`) },
  cutoutTemplate: { fileName: 'template.fits.gz', stampData: Buffer.from(`template ${index}`) },
  cutoutDifference: { fileName: null, stampData: null },
  mangrove: { HyperLEDA_name: 'None', lum_dist: null },
  from_upper: false,
  cdsxmatch: 'Unknown',
  tns: '',
  vsx: 'nan',
  gcvs: 'Unknown',
  DR3Name: 'nan',
  roid: 0,
  lc_features_g: {
    mean: 19.5,
    amplitude: 0.5,
    linear_fit_reduced_chi2: Number.NaN,
    linear_fit_slope: Number.NaN,
    linear_fit_slope_sigma: Number.NaN,
    median: 19.75,
    median_absolute_deviation: 0.25,
  },
  lc_features_r: nulls(bandFields),
  brokerEndProcessTimestamp: '2025-06-14 04:52:12.123',
  ...values,
});

const bigintLong = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a > b) - Number(a < b),
});

/** avsc's own type, with bigints for longs: the writer of the tests and a second opinion on reading. */
export const avscType = (schema: unknown): avsc.Type =>
  avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)), { registry: { long: bigintLong } });

const packetType = avscType(packetSchema);

/** A Kafka value: schemaless Avro binary. */
export const encodePacket = (
  index: number,
  values: PacketValues = {},
  candidate: PacketValues = {},
): Buffer => packetType.toBuffer(packet(index, values, candidate));

/** A key of the real size (38 kB), and a value of the real size (52 kB, of which 36 kB do not compress). */
export const fullSizeKey = Buffer.from(
  JSON.stringify({ ...packetSchema, doc: 'the schema of a packet '.repeat(1500) }),
);

export const fullSizePacket = (index: number): Buffer => {
  const stamp = () => ({ fileName: 'cutout.fits.gz', stampData: randomBytes(12_000) });
  return encodePacket(index, {
    schemavsn: 'x'.repeat(16_000),
    cutoutScience: stamp(),
    cutoutTemplate: stamp(),
    cutoutDifference: stamp(),
  });
};

type Compress = (data: Buffer, callback: (error: Error | null, data?: Buffer) => void) => void;

const snappy: Compress = (data, callback) => {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data));
  callback(null, Buffer.concat([snappyCompress(data), checksum]));
};

/** Writes packets as an Avro container; `perBlock` packets to a block. */
export async function writeContainer(
  path: string,
  packets: readonly unknown[],
  options: { codec?: 'null' | 'deflate' | 'snappy'; perBlock?: number; type?: avsc.Type } = {},
): Promise<void> {
  const type = options.type ?? packetType;
  const encoder = new avsc.streams.BlockEncoder(type, {
    codec: options.codec ?? 'null',
    codecs: { ...avsc.streams.BlockEncoder.defaultCodecs(), snappy },
    // The encoder closes a block when the next packet would not fit.
    blockSize: Math.ceil(type.toBuffer(packets[0]).length * ((options.perBlock ?? 10) + 0.5)),
  });
  const file = createWriteStream(path);
  encoder.pipe(file);
  for (const each of packets) encoder.write(each);
  encoder.end();
  await once(file, 'finish');
}

/** A tar archive (ustar) of these files. */
export const tarOf = (files: Readonly<Record<string, Uint8Array>>): Buffer => {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
};
