import { appendFileSync, readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded before a process of ours (`node --import`): at each SIGUSR2 it appends to the file of MEASURES what the
 * process holds once the garbage is collected, one JSON object a line.
 */

/** What a process holds. */
export interface Held {
  /** The main thread's heap, and what lies outside of it, in MB. */
  readonly heapMb: number;
  readonly externalMb: number;
  /** Open file handles, sockets and pipes included. */
  readonly handles: number;
  readonly threads: number;
}

const file = process.env.MEASURES;
const MB = 1_048_576;

const measure = async (collect: () => void, path: string): Promise<void> => {
  // What finalizers let go of is garbage of the next collection.
  for (let i = 0; i < 3; i += 1) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  const held: Held = {
    heapMb: heapUsed / MB,
    externalMb: external / MB,
    handles: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  };
  appendFileSync(path, `${JSON.stringify(held)}\n`);
};

if (isMainThread && file !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node does not let its garbage be collected');
  process.on('SIGUSR2', () => void measure(() => collect(), file));
}
