import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { createSharedRun } from '../lib/waiting.ts';
import { backupFolder, listBackups } from '../store/backup/backups.ts';
import { pruneBackups, writeBackup } from '../store/backup/write-backup.ts';

export interface DailyBackupOptions {
  readonly databasePath: string;
  /** Copies kept; 0: none are made. */
  readonly keep: number;
  readonly clock: () => Date;
  readonly log: Logger;
  /** How often it is looked whether one is due, ms. */
  readonly everyMs?: number;
}

const DAY_MS = 86_400_000;
const RETRY_MS = 3_600_000;
const LOOK_EVERY_MS = 60_000;

/**
 * Copies the store once a day: when the newest copy is a day old, whenever the service runs then, so that a
 * machine which is off at night has its backups too. What fails is said, and tried again an hour later.
 * @returns what ends it
 */
export const startDailyBackups = (options: DailyBackupOptions): (() => Promise<void>) => {
  const { databasePath, keep, clock, log, everyMs = LOOK_EVERY_MS } = options;
  if (keep === 0) return async () => undefined;
  const stopping = new AbortController();
  let failedAt = Number.NEGATIVE_INFINITY;

  const isDue = (now: number): boolean => {
    const newest = listBackups(backupFolder(databasePath)).find(({ kind }) => kind === 'daily');
    const age = newest === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(newest.at);
    // A clock that was put back leaves a newest one of the future.
    return (age >= DAY_MS || age < 0) && now - failedAt >= RETRY_MS;
  };

  const backUp = async (): Promise<void> => {
    const now = clock();
    try {
      if (!isDue(now.getTime())) return;
      const { path, bytes } = await writeBackup({
        databasePath,
        now,
        kind: 'daily',
        withStamps: false,
        signal: stopping.signal,
      });
      pruneBackups(databasePath, keep);
      log.info({ path, bytes }, 'the store was backed up');
    } catch (error) {
      if (stopping.signal.aborted) return;
      failedAt = now.getTime();
      log.error({ error: messageOf(error) }, 'the daily backup failed; it is tried again in an hour');
    }
  };

  const backups = createSharedRun(backUp);
  const timer = setInterval(() => void backups.run(), everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopping.abort(new Error('the service stops'));
    await backups.underWay();
  };
};
