import { crc32 } from 'node:zlib';
import type { Candid, Stamps } from '../../pipeline/alert.ts';

/*
 * A segment is a file that is only ever appended to. It begins with MAGIC; then one entry an alert:
 *
 *   bytes of the payload   uint32, little-endian, as all numbers here
 *   CRC-32 of the payload  uint32
 *   payload                length of the candid (uint8), the candid in ASCII, the lengths of the science, the
 *                          template and the difference stamp (uint32 each, NONE for none), the stamps
 *
 * Where a process died while it wrote, the last entry is shorter than it says or its checksum is another: it and
 * what follows is not read. Nothing is appended to such a file: every writer begins one of its own.
 */

/** First bytes of every segment. */
export const MAGIC = Buffer.from('finkvra stamps 1\n', 'latin1');
/** Length and checksum. */
const ENTRY_HEAD = 8;
/** The length that marks an absent stamp. */
const NONE = 0xffff_ffff;
/** Longest candid, and the bytes before the stamps. */
export const LONGEST_START = ENTRY_HEAD + 1 + 255 + 12;
/** Three ZTF stamps take 41 kB; a longer entry is damaged. */
const LONGEST_PAYLOAD = 64 * 1024 * 1024;

/** An alert's entry as buffers to write in order; the stamps are not copied. */
export const entryOf = (candid: Candid, { science, template, difference }: Stamps): Uint8Array[] => {
  const name = Buffer.from(candid, 'latin1');
  const parts = [science, template, difference];
  const start = Buffer.alloc(ENTRY_HEAD + 1 + name.length + 12);
  start.writeUInt8(name.length, ENTRY_HEAD);
  name.copy(start, ENTRY_HEAD + 1);
  for (const [i, part] of parts.entries())
    start.writeUInt32LE(part?.length ?? NONE, start.length - 12 + 4 * i);
  const given = parts.filter((part) => part !== null);
  const checksum = given.reduce((sum, part) => crc32(part, sum), crc32(start.subarray(ENTRY_HEAD)));
  start.writeUInt32LE(lengthOf([start.subarray(ENTRY_HEAD), ...given]), 0);
  start.writeUInt32LE(checksum, 4);
  return [start, ...given];
};

/** Total bytes of these buffers. */
export const lengthOf = (buffers: readonly Uint8Array[]): number =>
  buffers.reduce((sum, { length }) => sum + length, 0);

/**
 * Parses an entry's first bytes: its candid, and its length including the head; null if they are invalid.
 * @param start LONGEST_START bytes, or as many as the file has
 */
export const readEntryStart = (start: Buffer): { candid: Candid; length: number } | null => {
  if (start.length < ENTRY_HEAD + 1) return null;
  const payload = start.readUInt32LE(0);
  const end = ENTRY_HEAD + 1 + start.readUInt8(ENTRY_HEAD);
  if (payload < 1 || payload > LONGEST_PAYLOAD || end > start.length) return null;
  const candid = start.toString('latin1', ENTRY_HEAD + 1, end);
  return /^\d+$/.test(candid) ? { candid, length: ENTRY_HEAD + payload } : null;
};

/**
 * The stamps of a complete entry.
 * @throws Error if its bytes were changed, or belong to another alert
 */
export const readEntry = (entry: Buffer, candid: Candid): Stamps => {
  const start = readEntryStart(entry);
  if (start === null || start.length !== entry.length) throw new Error('there is no entry of that length');
  const payload = entry.subarray(ENTRY_HEAD);
  if (crc32(payload) !== entry.readUInt32LE(4)) throw new Error('the checksum is another');
  if (start.candid !== candid) throw new Error(`it is of the alert ${start.candid}`);
  const lengths = ENTRY_HEAD + 1 + candid.length;
  let at = lengths + 12;
  const next = (index: number): Buffer | null => {
    const length = entry.readUInt32LE(lengths + 4 * index);
    if (length === NONE) return null;
    at += length;
    return entry.subarray(at - length, at);
  };
  return { science: next(0), template: next(1), difference: next(2) };
};
