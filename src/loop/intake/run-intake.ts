import { messageOf } from '../../lib/errors.ts';
import { type DustMap, openDustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { agePool } from '../../store/intake/pool-age.ts';
import type { Db } from '../../store/open-store.ts';
import { archivePulls, createPullArchive, type PullArchive, type WrittenArchive } from './archive-pulls.ts';
import { fillEbv } from './fill-ebv.ts';
import { closeKilledPulls } from './killed-pulls.ts';
import { attachLabels } from './reference-files.ts';

export interface IntakeContext {
  readonly db: Db;
  readonly dustDir: string;
  readonly archiveDir: string;
  /** Days after which objects not seen leave the pool; 0: they stay. */
  readonly poolDays: number;
  readonly clock: () => Date;
  readonly log: (entry: { level: 'info' | 'warn'; message: string }) => void;
  readonly signal?: AbortSignal;
}

export interface IntakeOutcome {
  readonly archives: readonly WrittenArchive[];
  /** Objects that got an imported label. */
  readonly attached: number;
}

/** The best dust map there is; a damaged one is told of and counts as none. */
const openDust = async ({ dustDir, log }: IntakeContext): Promise<DustMap | null> => {
  try {
    return await openDustMap({ directory: dustDir });
  } catch (error) {
    log({ level: 'warn', message: messageOf(error) });
    return null;
  }
};

/** E(B-V) for alerts that came in without it, or while there was only a coarse map; returns how many got it. */
const fillWithDust = async (context: IntakeContext, dust: DustMap | null): Promise<number> => {
  if (dust === null) return 0;
  const filled = await fillEbv(context.db, dust, context.signal);
  if (filled > 0) context.log({ level: 'info', message: `E(B-V) of ${filled} stored alerts filled in` });
  return filled;
};

const leftWords = (objects: number, days: number): string =>
  `${objects} objects left the pool: no alert of them came in for ${days} days (POOL_DAYS)`;

/**
 * What every intake of alerts shares. The dust map is opened and first fills older alerts; the archive is
 * written beside the pull. Afterwards, whatever happened, imported labels are attached to their alerts, objects
 * not seen for long leave the pool, and each pull gets its archive file.
 */
export const runIntake = async <T>(
  context: IntakeContext,
  work: (dust: DustMap | null, archive: PullArchive) => Promise<T>,
): Promise<T & IntakeOutcome> => {
  const { db, archiveDir, poolDays, clock, log } = context;
  const dust = await openDust(context);
  const archive = createPullArchive(db, archiveDir, clock);
  let archives: readonly WrittenArchive[] = [];
  let attached = 0;
  const afterwards = async (): Promise<void> => {
    dust?.close();
    attached = await attachLabels(db);
    const beside = await archive.finish();
    if (beside !== null) archives = [beside];
    const left = await agePool(db, poolDays, clock());
    if (left > 0) log({ level: 'info', message: leftWords(left, poolDays) });
    try {
      archives = [...archives, ...(await archivePulls(db, archiveDir, clock))];
    } catch (error) {
      // The store has the alerts; the file is written after the next pull, or at the next start.
      log({ level: 'warn', message: `the archive could not be written yet: ${messageOf(error)}` });
    }
  };
  let result: T;
  try {
    await closeKilledPulls(db, clock);
    await fillWithDust(context, dust);
    result = await work(dust, archive);
  } catch (error) {
    await afterwards();
    throw error;
  }
  await afterwards();
  return { ...result, archives, attached };
};
