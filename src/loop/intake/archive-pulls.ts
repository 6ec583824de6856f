import { join } from 'node:path';
import type { Candid } from '../../pipeline/alert.ts';
import { type ArchiveInThread, openArchive, writeArchive } from '../../pipeline/archive/write-archive.ts';
import {
  alertsOfPull,
  archivableAlerts,
  archiveWritten,
  takeArchiveName,
  unarchivedPulls,
} from '../../store/intake/archives.ts';
import type { Db } from '../../store/open-store.ts';

/** Read together on the main thread: a millisecond or two. */
const PAGE = 64;

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
 * Writes the archive file of every pull that has none, or one with fewer alerts than the pull kept. The alerts
 * come from the store, so a crash leaves no gap: the next call (after a pull, and at the start) writes what is
 * missing.
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

/** The archive file of a pull under way, written beside it in a thread of its own. */
export interface PullArchive {
  /** Call it for each batch once it is stored. Waits while the thread is behind; never fails. */
  kept(
    pull: { readonly pullId: number; readonly startedAt: string },
    candids: readonly Candid[],
  ): Promise<void>;
  /** The file would hold alerts that are no longer as they were written: `archivePulls` is to write it anew. */
  outdated(): void;
  /** Puts the file in its place; null where there is none, and `archivePulls` is to write it. */
  finish(): Promise<WrittenArchive | null>;
}

interface OpenFile {
  readonly pullId: number;
  readonly path: string;
  readonly archive: ArchiveInThread;
}

export const createPullArchive = (db: Db, folder: string, clock: () => Date): PullArchive => {
  let open: OpenFile | null = null;
  let waiting: Candid[] = [];
  /** From then on all of it is left to `archivePulls`, which also tells why it fails where it does. */
  let givenUp = false;

  const giveUp = async (): Promise<void> => {
    givenUp = true;
    await open?.archive.discard().catch(() => undefined);
    open = null;
  };

  const send = async ({ archive }: OpenFile): Promise<void> => {
    const candids = waiting;
    waiting = [];
    if (candids.length > 0) await archive.add(await archivableAlerts(db, candids));
  };

  return {
    kept: async ({ pullId, startedAt }, candids) => {
      if (givenUp || candids.length === 0) return;
      waiting.push(...candids);
      if (waiting.length < PAGE) return;
      try {
        if (open === null) {
          const path = join(folder, await nameFor(db, pullId, startedAt));
          open = { pullId, path, archive: openArchive(path) };
        }
        await send(open);
      } catch {
        await giveUp();
      }
    },
    outdated: () => {
      givenUp = true;
    },
    finish: async () => {
      if (open === null || givenUp) {
        await giveUp();
        return null;
      }
      const { pullId, path, archive } = open;
      try {
        await send(open);
        const alerts = await archive.finish();
        await archiveWritten(db, pullId, alerts, clock().toISOString());
        return { path, alerts };
      } catch {
        await giveUp();
        return null;
      }
    },
  };
};
