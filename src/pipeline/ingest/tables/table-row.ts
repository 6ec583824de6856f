import type { PacketRecord } from '../packet-to-alert.ts';
import { CANDIDATE_FIELDS, EPOCH_FIELDS } from '../wanted-fields.ts';

/** A row by column name: text where it comes from CSV. */
export type TableRecord = { readonly [column: string]: unknown };

/** Columns of Fink's portal that ZTF and Fink put at the top of a packet. */
const FROM_FINK = ['cdsxmatch', 'roid', 'tns', 'vsx', 'DR3Name'] as const;

/** Fields that are text, whatever they look like. */
const TEXTS = new Set(['objectId', 'candid', 'isdiffpos', 'cdsxmatch', 'tns', 'vsx', 'DR3Name']);

const MISSING = /^\s*(nan|none|null|na|n\/a)?\s*$/i;

/** A cell as a number, or as text if it is none; null if it stands for a missing value. */
function cellOf(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (MISSING.test(value)) return null;
  if (TEXTS.has(field)) return value.trim();
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

/** A field under its own name, or under the portal's (`i:jd`, `d:roid`) or a flattened table's (`candidate.jd`). */
function field(row: TableRecord, name: string): unknown {
  for (const column of [name, `i:${name}`, `d:${name}`, `candidate.${name}`]) {
    if (Object.hasOwn(row, column)) return cellOf(name, row[column]);
  }
  return undefined;
}

/** The portal's service adds upper limits and detections of bad quality, which have no candid. */
export const isNoAlert = (row: TableRecord): boolean => {
  const tag = row['d:tag'] ?? row.tag;
  return tag === 'upperlim' || tag === 'badquality' || tag === 'upper limit' || tag === 'bad quality';
};

/** A row as a flat packet, without a history. */
export const packetOfRow = (row: TableRecord): PacketRecord => {
  const packet: Record<string, unknown> = {};
  for (const name of ['objectId', ...CANDIDATE_FIELDS, ...EPOCH_FIELDS, ...FROM_FINK]) {
    const value = field(row, name);
    if (value !== undefined) packet[name] = value;
  }
  return packet;
};
