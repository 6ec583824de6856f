import { Command } from 'commander';
import { type Environment, readConfig } from '../../../config/config.ts';
import { FinkvraError } from '../../../lib/errors.ts';
import { mayPrune, notePruned, plannedPruning } from '../../../loop/stamp-retention.ts';
import type { Db } from '../../../store/open-store.ts';
import { hasUnmoved } from '../../../store/stamps/move-stamps.ts';
import { SETTLED_MS } from '../../../store/stamps/prune-stamps.ts';
import { runStampJob } from '../../../store/stamps/stamp-jobs.ts';
import { nightOf } from '../../../store/stamps/stamps.ts';
import { openExistingStore } from '../../cli-store.ts';
import type { Output } from '../../output.ts';

interface PruneFlags {
  readonly dryRun?: boolean;
  readonly now?: boolean;
  readonly json?: boolean;
}

/** What is or was deleted; the fields of `--json`. */
interface PruneOutcome {
  /** STAMP_NIGHTS; 0: nothing is deleted. */
  readonly nights: number;
  readonly dryRun: boolean;
  /** Alerts whose stamps are or were deleted, and their bytes. */
  readonly alerts: number;
  readonly bytes: number;
  /** Freed disk space, bytes; null if nothing was deleted. */
  readonly freed: number | null;
  /** Day (UTC) from which the service deletes them; null: at its next check. */
  readonly notBefore: string | null;
}

export const pruneCommand = (output: Output, env: Environment): Command =>
  new Command('prune')
    .option('--dry-run', 'only say what would be deleted')
    .option('--now', 'do not wait for the seven days of announcements')
    .option('--json', 'print one JSON document')
    .action(async (flags: PruneFlags) => {
      const config = readConfig(env);
      const { stampNights: nights, store } = config;
      const db = await openExistingStore(config, output);
      try {
        const outcome = await prune(db, store.place, nights, flags, output);
        output.print(flags.json === true ? JSON.stringify(outcome, null, 2) : words(outcome));
      } finally {
        await db.destroy();
      }
    });

const prune = async (
  db: Db,
  path: string,
  nights: number,
  flags: PruneFlags,
  output: Output,
): Promise<PruneOutcome> => {
  const dryRun = flags.dryRun === true;
  const none = { nights, dryRun, alerts: 0, bytes: 0, freed: null, notBefore: null };
  if (nights === 0) return none;
  if (await hasUnmoved(db)) {
    if (dryRun)
      output.note('Some stamps are still in the database; the service moves them, and counts them then.');
    else
      await runStampJob('move', path, {
        onProgress: (done, total) => output.progress(`moving stamps into files: ${done} of ${total}`),
      });
    output.progress(null);
  }
  const now = new Date();
  const before = nightOf(now) - nights;
  const plan = await runStampJob('plan', path, { before });
  const found = { ...none, ...plan };
  if (dryRun) return { ...found, notBefore: (await plannedPruning(db))?.on ?? null };
  if (!(await mayPrune(db, nights, plan, now)) && flags.now !== true) {
    const on = (await plannedPruning(db))?.on;
    throw new FinkvraError(
      `The stamps of ${plan.alerts} alerts would be deleted, and this was not announced before: the service deletes them on ${on}. finkvra prune --now does it at once; STAMP_NIGHTS=0 keeps them.`,
    );
  }
  const pruned = await runStampJob('prune', path, { before });
  await notePruned(db, nights, pruned, now);
  const left = plan.alerts - pruned.alerts;
  if (left > 0)
    output.note(
      `Stamps of ${left} alerts stay for now: their files were written within the last ${SETTLED_MS / 60_000} minutes. Do this again later; the service does it with its daily check.`,
    );
  return { ...none, ...pruned };
};

const words = ({ nights, dryRun, alerts, bytes, freed, notBefore }: PruneOutcome): string => {
  if (nights === 0) return 'All stamps are kept (STAMP_NIGHTS=0).';
  const megabytes = (n: number): string => `${(n / 1e6).toFixed(1)} MB`;
  const what = `the stamps of ${alerts} ${alerts === 1 ? 'alert' : 'alerts'} older than ${nights} nights (${megabytes(bytes)})`;
  if (!dryRun) return `Deleted: ${what}; ${megabytes(freed ?? 0)} of disk space freed.`;
  const when = notBefore === null ? 'at its next check' : `on ${notBefore}`;
  return alerts === 0
    ? `Nothing would be deleted: no stamps are older than ${nights} nights, except those of candidates, labelled alerts and shown objects.`
    : `Would be deleted: ${what}. The service does it ${when}.`;
};
