import { messageOf } from '../../lib/errors.ts';
import { createWaits } from '../../lib/waiting.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import type { RoundReport } from './round-report.ts';
import { trainRound } from './train-round.ts';

/** Trains the rounds whose answers are all in, one after the other, until each is done. */
export interface TrainingQueue {
  start(round: RoundRow): void;
  /** Whether one is under way or waits. */
  isBusy(): boolean;
  /** Resolves when no training is under way. */
  idle(): Promise<void>;
}

/** Pauses before a failed training is tried again, in ms; the last one is repeated. */
const RETRY_PAUSES = [5_000, 30_000, 120_000, 600_000];

/**
 * @param onReport called when a round's report is there
 * @param onClosed called after each round that was closed, by this process or another one
 */
export const createTrainingQueue = (
  context: LoopContext,
  stopping: AbortSignal,
  onReport: () => void,
  onClosed: () => Promise<void>,
): TrainingQueue => {
  const { log } = context;
  const noteClosed = (round: RoundRow, report: RoundReport): void => {
    log.info({ round: round.number, accuracy: report.honest?.accuracy }, 'round closed');
    onReport();
  };
  const waits = createWaits(stopping);
  let training: Promise<void> = Promise.resolve();
  let waiting = 0;

  const train = async (round: RoundRow): Promise<void> => {
    log.info({ round: round.number }, 'training');
    await trainRound(context, round, (report) => noteClosed(round, report));
    await onClosed();
  };

  const trainUntilDone = async (round: RoundRow): Promise<void> => {
    for (let attempt = 0; !stopping.aborted; attempt += 1) {
      try {
        return await train(round);
      } catch (error) {
        if (stopping.aborted) return;
        const ms = RETRY_PAUSES[Math.min(attempt, RETRY_PAUSES.length - 1)] ?? 0;
        log.error(
          { round: round.number, error: messageOf(error) },
          `training failed; no label is lost, it is tried again in ${ms / 1000} s`,
        );
        await waits.sleep(ms);
      }
    }
  };

  return {
    start: (round) => {
      // One after the other, should a second round ever end before the first one's training did.
      waiting += 1;
      training = training
        .then(() => trainUntilDone(round))
        .finally(() => {
          waiting -= 1;
        });
    },
    isBusy: () => waiting > 0,
    idle: () => training,
  };
};
