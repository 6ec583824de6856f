import type pl from 'nodejs-polars';
import type { PacketRecord } from '../packet-to-alert.ts';
import type { Layout } from './layout.ts';

/** A frame's rows, read with the layout's selection, as packets. A few milliseconds for some tens of rows. */
export function packetsOf(slice: pl.DataFrame, layout: Layout): PacketRecord[] {
  const packets: Record<string, unknown>[] =
    layout.top.length > 0
      ? slice.select(...layout.top).toRecords()
      : Array.from({ length: slice.height }, () => ({}));
  for (const { record, kind, fields } of layout.records) {
    const rows =
      kind === 'struct'
        ? slice
            .select(record)
            .unnest(record)
            .select(...fields)
            .toRecords()
        : withoutPrefix(slice.select(...fields.map((field) => `${record}.${field}`)).toRecords(), record);
    rows.forEach((row, index) => {
      put(packets[index], record, row);
    });
  }
  if (layout.history.length > 0) putHistory(packets, slice, layout.history);
  const sizes = layout.stamps.length > 0 ? slice.select(layout.stampSizes).toRecords() : [];
  for (const record of layout.stamps) {
    const bytes = stampsOf(
      slice,
      record,
      sizes.map((row) => row[record]),
    );
    bytes.forEach((stampData, index) => {
      put(packets[index], record, { stampData });
    });
  }
  return packets;
}

function put(packet: Record<string, unknown> | undefined, field: string, value: unknown): void {
  if (packet !== undefined) packet[field] = value;
}

const withoutPrefix = (rows: readonly Record<string, unknown>[], record: string): Record<string, unknown>[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(record.length + 1), value])),
  );

/** polars cannot hand over lists of structs either: they become rows, each with its packet's index. */
function putHistory(
  packets: readonly Record<string, unknown>[],
  slice: pl.DataFrame,
  fields: readonly string[],
): void {
  const histories: Record<string, unknown>[][] = packets.map(() => []);
  const entries = slice
    .select('prv_candidates')
    .withRowIndex('packet')
    .explode('prv_candidates')
    .unnest('prv_candidates')
    .select('packet', ...fields)
    .toRecords();
  for (const entry of entries) histories[Number(entry.packet)]?.push(entry);
  packets.forEach((packet, index) => {
    put(packet, 'prv_candidates', histories[index]);
  });
}

/** The rows' cutouts, cut from one run of bytes: a list's own conversion takes two milliseconds a row. */
function stampsOf(slice: pl.DataFrame, record: string, sizes: readonly unknown[]): (Uint8Array | null)[] {
  if (!sizes.some(isPositive)) return sizes.map(() => null);
  const run = slice.getColumn(record).explode();
  // A row without a cutout leaves one null in the run.
  const bytes: unknown = (sizes.every(isPositive) ? run : run.dropNulls()).toTypedArray();
  let at = 0;
  return sizes.map((size) => {
    if (!(bytes instanceof Uint8Array) || !isPositive(size)) return null;
    at += size;
    return bytes.slice(at - size, at);
  });
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0;
