import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { createSharedRun } from '../../lib/waiting.ts';
import { dutyDone } from '../../loop/duty-state.ts';
import { configuredSource } from '../../loop/intake/configured-source.ts';
import { type PullSummary, pullAlerts } from '../../loop/intake/pull.ts';
import { runIntake } from '../../loop/intake/run-intake.ts';
import { countSimulatedPulls } from '../../store/intake/pulls.ts';
import type { Db } from '../../store/open-store.ts';

export interface PullerOptions {
  readonly config: Config;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Ends a pull after the batch under way. */
  readonly signal: AbortSignal;
  /** Called after every pull. */
  readonly onAlerts: () => Promise<void>;
}

/** The service's way to take alerts in. */
export interface Puller {
  /**
   * Reads the configured source to its end. Whoever asks while a pull is under way gets that one's outcome:
   * two at once would share the offsets.
   */
  pull(): Promise<PullSummary>;
  /**
   * Makes up for what an earlier process left: E(B-V) from maps installed since, imported labels, archive
   * files.
   */
  catchUp(): Promise<void>;
}

export const createPuller = ({ config, db, clock, log, signal, onAlerts }: PullerOptions): Puller => {
  const { dustDir, archiveDir, poolDays } = config;
  const tell = ({ level, message }: { level: 'info' | 'warn' | 'error'; message: string }): void =>
    log[level](message);
  const intake = { db, dustDir, archiveDir, poolDays, clock, log: tell, signal };

  const pullOnce = async (): Promise<PullSummary> => {
    const began = clock();
    const { name, source } = await configuredSource(config, await countSimulatedPulls(db), tell);
    const summary = await runIntake(intake, (dust, archive) =>
      pullAlerts({ db, source, name, filter: true, dust, archive, clock, signal }),
    );
    if (!summary.stopped) await dutyDone(db, 'pull', began);
    const { read, kept, quarantined } = summary;
    log.info({ source: name, read, kept, quarantined }, 'pulled');
    await onAlerts();
    return summary;
  };

  return {
    pull: createSharedRun(pullOnce).run,
    catchUp: async () => {
      await runIntake(intake, async () => ({}));
    },
  };
};
