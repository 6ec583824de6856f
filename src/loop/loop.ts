import { messageOf } from '../lib/errors.ts';
import { wantRedraw } from '../store/chat/messages.ts';
import { findRound, roundUnderWay } from '../store/rounds/rounds.ts';
import type { RoundRow } from '../store/schema.ts';
import { type DisagreeOutcome, disagree } from './answers/disagree.ts';
import { type Answer, type AnswerOutcome, recordAnswer } from './answers/record-answer.ts';
import { type Correction, type RelabelOutcome, relabel } from './answers/relabel.ts';
import { type Undo, type UndoOutcome, undoAnswer } from './answers/undo-answer.ts';
import type { LoopContext } from './context.ts';
import { headerKey, promotionKey } from './round-messages.ts';
import { explainRound } from './rounds/explain-round.ts';
import { isPaused, type OpenedRound, openRound, setPaused } from './rounds/open-round.ts';
import { promoteRound } from './rounds/promote.ts';
import { takeOverRound } from './rounds/take-over-round.ts';
import { trainRound } from './rounds/train-round.ts';

export interface LoopOptions extends LoopContext {
  /** Whether a round follows the last one at once, or waits for the schedule. */
  readonly next: 'at-once' | 'scheduled';
  /** Called whenever a message may have to be posted or drawn again. */
  readonly onMessages: () => void;
}

/** The daily loop: whatever chat is in front of it, it knows only answers, rounds and the store. */
export interface Loop {
  /** Takes one answer; training, if it was the last one, goes on by itself. */
  answer(given: Answer): Promise<AnswerOutcome>;
  /** Takes back one person's answer while its round is open. */
  undo(given: Undo): Promise<UndoOutcome>;
  /** Keeps somebody's disagreement with a label. */
  disagree(given: Answer): Promise<DisagreeOutcome>;
  /** Corrects a label after its round. */
  relabel(given: Correction): Promise<RelabelOutcome>;
  /** Makes the model of a round the champion. */
  promote(round: number): Promise<void>;
  /** While paused no round is opened; answers, pulls and trainings go on. */
  setPaused(paused: boolean): Promise<void>;
  /** Opens a round unless one is under way. */
  openRound(): Promise<OpenedRound | { readonly kind: 'paused' }>;
  /** To be called when alerts came in: opens a round if the configuration says at once. */
  alertsArrived(): Promise<void>;
  /** Goes on where the last process stopped: an interrupted training is done again. */
  resume(): Promise<void>;
  /** Resolves when no training is under way. */
  idle(): Promise<void>;
  /** Ends what is under way; an interrupted training is done again at the next start. */
  stop(): Promise<void>;
}

/** Pauses before a failed training is tried again, in ms; the last one is repeated. */
const RETRY_PAUSES = [5_000, 30_000, 120_000, 600_000];

export const createLoop = (options: LoopOptions): Loop => {
  const { db, log, onMessages } = options;
  const stopping = new AbortController();
  let training: Promise<void> = Promise.resolve();
  let explaining: Promise<void> = Promise.resolve();

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      }
      stopping.signal.addEventListener('abort', done);
    });

  const explain = async (round: RoundRow): Promise<void> => {
    await explainRound(options, round);
    onMessages();
  };

  const open = async (): Promise<OpenedRound | { kind: 'paused' }> => {
    if (await isPaused(db)) return { kind: 'paused' };
    const opened = await openRound(options);
    if (opened.kind === 'opened') {
      log.info({ round: opened.round.number, strategy: opened.round.strategy }, 'round opened');
      onMessages();
      await explain(opened.round);
    }
    return opened;
  };

  const trainUntilDone = async (round: RoundRow): Promise<void> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      try {
        log.info({ round: round.number }, 'training');
        const report = await trainRound(options, round);
        onMessages();
        if (report !== null)
          log.info({ round: round.number, accuracy: report.honest?.accuracy }, 'round closed');
        if (options.next === 'at-once') await open();
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        const ms = RETRY_PAUSES[Math.min(attempt, RETRY_PAUSES.length - 1)] ?? 0;
        log.error(
          { round: round.number, error: messageOf(error) },
          `training failed; no label is lost, it is tried again in ${ms / 1000} s`,
        );
        await pause(ms);
      }
    }
  };

  const startTraining = (round: RoundRow): void => {
    // One after the other, should a second round ever end before the first one's training did.
    training = training.then(() => trainUntilDone(round));
  };

  return {
    answer: async (given) => {
      const outcome = await recordAnswer(db, given, options.clock, options.rounds.answersPerCandidate);
      if (outcome.kind === 'decided' && outcome.finishedRound !== null) {
        const round = await findRound(db, outcome.finishedRound);
        if (round !== undefined) startTraining(round);
      }
      onMessages();
      if (outcome.kind === 'decided' && outcome.replacedIn !== null) {
        const round = await findRound(db, outcome.replacedIn);
        // The click need not wait for why its successor was chosen.
        if (round !== undefined) explaining = explaining.then(() => explain(round));
      }
      return outcome;
    },
    undo: async (given) => {
      const outcome = await undoAnswer(db, given, options.clock);
      onMessages();
      return outcome;
    },
    disagree: async (given) => {
      const outcome = await disagree(db, given, options.clock);
      onMessages();
      return outcome;
    },
    relabel: async (given) => {
      const outcome = await relabel(db, given, options.clock);
      onMessages();
      return outcome;
    },
    setPaused: async (paused) => {
      await setPaused(db, paused);
      if (!paused && options.next === 'at-once') await open();
    },
    promote: async (number) => {
      const model = await promoteRound(db, number, options.tracking, options.clock().toISOString());
      await wantRedraw(db, [promotionKey(model.round_id)]);
      onMessages();
    },
    openRound: open,
    alertsArrived: async () => {
      if (options.next === 'at-once') await open();
    },
    resume: async () => {
      const round = await roundUnderWay(db);
      if (round === undefined) {
        if (options.next === 'at-once') await open();
      } else if (round.state === 'training') {
        log.info({ round: round.number }, 'the last process stopped while training; training again');
        startTraining(round);
      } else {
        log.info({ round: round.number }, 'going on with the open round');
        if (await takeOverRound(db, round, options.modelType, options.clock))
          log.info({ round: round.number, modelType: options.modelType }, 'it asks another question now');
        await wantRedraw(db, [headerKey(round.id)]);
        await explain({ ...round, model_type: options.modelType });
      }
      onMessages();
    },
    idle: () => training,
    stop: async () => {
      stopping.abort();
      await options.learning.close();
      await Promise.all([training, explaining]);
    },
  };
};
