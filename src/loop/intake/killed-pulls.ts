import { hostname } from 'node:os';
import { z } from 'zod';
import { finishPull, unendedPulls } from '../../store/intake/pulls.ts';
import type { Db } from '../../store/open-store.ts';

const pullerSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** When the process began, ms since 1970: a container's processes have the same number after each start. */
  since: z.number(),
});

/** The process that pulls, kept with its pull. */
export const thisProcess = (): string =>
  JSON.stringify({ pid: process.pid, host: hostname(), since: Math.round(performance.timeOrigin) });

/** A pull of another machine counts as ended if it has stored nothing for this long. */
const SILENCE_MS = 10 * 60_000;

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: the process is there, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Whether the process that began a pull may still be at it. */
const mayBeAtWork = (puller: string | null, silentMs: number): boolean => {
  // Versions that did not store the process did not store the end of a killed pull either.
  if (puller === null) return false;
  const { pid, host, since } = pullerSchema.parse(JSON.parse(puller));
  if (host !== hostname()) return silentMs < SILENCE_MS;
  return pid === process.pid ? since === Math.round(performance.timeOrigin) : exists(pid);
};

/**
 * Ends pulls whose process is gone, at the time when they last stored something. If one is alive after all, its
 * next batch opens it again.
 * @returns how many there were
 */
export const closeKilledPulls = async (db: Db, clock: () => Date): Promise<number> => {
  let closed = 0;
  for (const { id, puller, lastAt } of await unendedPulls(db)) {
    if (mayBeAtWork(puller, clock().getTime() - Date.parse(lastAt))) continue;
    await finishPull(db, id, lastAt, 'ended by a stop of its process; what it had stored stays');
    closed += 1;
  }
  return closed;
};
