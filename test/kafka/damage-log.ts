import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The first file of a partition's log, as long as the broker has begun no second. */
const logFile = (log: string, topic: string, partition = 0): string =>
  join(log, `${topic}-${partition}`, `${'0'.repeat(20)}.log`);

/** Places of the batches in a file of a broker's log. */
function batchesOf(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at + 12 <= bytes.length; at += 12 + bytes.readInt32BE(at + 8)) starts.push(at);
  return starts;
}

/**
 * Changes bytes of one batch on the broker's disk, as a failing disk does; the broker goes on.
 *
 * @param index of the batch in its partition
 * @param damage writes into the batch, a copy with what is behind it
 */
export function damageLog(
  log: string,
  topic: string,
  index: number,
  damage: (batch: Buffer) => void,
  partition = 0,
): void {
  const path = logFile(log, topic, partition);
  const bytes = readFileSync(path);
  const starts = batchesOf(bytes);
  const start = starts[index];
  if (start === undefined) throw new Error(`${path} has ${starts.length} batches`);
  const batch = bytes.subarray(start, starts[index + 1]);
  damage(batch);
  const file = openSync(path, 'r+');
  writeSync(file, batch, 0, batch.length, start);
  closeSync(file);
}
