import { join } from 'node:path';
import { writeArchive } from '../../pipeline/archive/write-archive.ts';
import {
  alertsOfPull,
  archiveWritten,
  takeArchiveName,
  unarchivedPulls,
} from '../../store/intake/archives.ts';
import type { Db } from '../../store/open-store.ts';

/** Decoded and copied together on the main thread: some milliseconds. */
const PAGE = 50;

/** `20260502_140300_alerts.parquet`, the reference's name for a pull that began then. */
const archiveName = (startedAt: Date): string =>
  `${startedAt.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '_')}_alerts.parquet`;

/** The first second from the pull's beginning on whose name no other pull has. */
const nameFor = async (db: Db, pullId: number, startedAt: string): Promise<string> => {
  for (let second = 0; ; second += 1) {
    const file = archiveName(new Date(Date.parse(startedAt) + 1000 * second));
    if (await takeArchiveName(db, pullId, file)) return file;
  }
};

export interface WrittenArchive {
  readonly path: string;
  readonly alerts: number;
}

/**
 * Writes the archive file of every pull that has none, or one with fewer alerts than the pull kept. It is
 * written from the store after the pull, so a crash at any point leaves no gap: the next call, after the
 * next pull or at the next start, writes what is missing.
 */
export const archivePulls = async (
  db: Db,
  folder: string,
  clock: () => Date,
): Promise<readonly WrittenArchive[]> => {
  const written: WrittenArchive[] = [];
  for (const { pullId, startedAt, file } of await unarchivedPulls(db)) {
    const path = join(folder, file ?? (await nameFor(db, pullId, startedAt)));
    const alerts = await writeArchive(path, alertsOfPull(db, pullId, PAGE));
    await archiveWritten(db, pullId, alerts, clock().toISOString());
    written.push({ path, alerts });
  }
  return written;
};
