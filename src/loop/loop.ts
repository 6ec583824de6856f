import { createSharedRun } from '../lib/waiting.ts';
import { wantRedraw } from '../store/chat/messages.ts';
import { createGroupCommits } from '../store/group-commits.ts';
import { findRound, roundUnderWay } from '../store/rounds/rounds.ts';
import type { RoundRow } from '../store/schema.ts';
import { decideAnew } from './answers/decide-candidate.ts';
import { type DisagreeOutcome, disagree } from './answers/disagree.ts';
import { type Answer, type AnswerOutcome, recordAnswer } from './answers/record-answer.ts';
import { type Correction, type RelabelOutcome, relabel } from './answers/relabel.ts';
import { type Undo, type UndoOutcome, undoAnswer } from './answers/undo-answer.ts';
import type { LoopContext } from './context.ts';
import { headerKey, promotionKey } from './round-messages.ts';
import { promoteRound } from './rounds/champion.ts';
import { type End, type EndedRound, endRound } from './rounds/end-round-early.ts';
import { explainRound } from './rounds/explain-round.ts';
import { isPaused, type OpenedRound, openRound, setPaused } from './rounds/open-round.ts';
import { takeOverRound } from './rounds/take-over-round.ts';
import { createTrainingQueue } from './rounds/training-queue.ts';

export interface LoopOptions extends LoopContext {
  /** Whether a round follows the last one at once, or waits for the schedule. */
  readonly next: 'at-once' | 'scheduled';
  /** Called whenever a message may have to be posted or drawn again. */
  readonly onMessages: () => void;
}

/** The daily loop. It knows answers, rounds and the store, and no chat. */
export interface Loop {
  /** Takes one answer; the round's last one starts the training. */
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
  /** Ends the open round before all is answered. */
  endRound(end: End): Promise<EndedRound>;
  /** Takes up what another process has done to the rounds; to be called now and then. */
  look(): Promise<void>;
  /** Continues where the last process stopped: an interrupted training is repeated. */
  resume(): Promise<void>;
  /** Resolves when no training is under way. */
  idle(): Promise<void>;
  /** Stops running work; an interrupted training is repeated at the next start. */
  stop(): Promise<void>;
}

/** Opens rounds, one at a time: a call during a draw gets that draw's result. */
const createOpening = (
  context: LoopContext,
  onMessages: () => void,
  explain: (round: RoundRow) => Promise<void>,
): { open(): ReturnType<Loop['openRound']>; idle(): Promise<unknown> } => {
  const openNext = async (): ReturnType<Loop['openRound']> => {
    if (await isPaused(context.db)) return { kind: 'paused' };
    const opened = await openRound(context);
    if (opened.kind === 'opened') {
      context.log.info({ round: opened.round.number, strategy: opened.round.strategy }, 'round opened');
      onMessages();
      await explain(opened.round);
    }
    return opened;
  };
  const openings = createSharedRun(openNext);
  return {
    open: openings.run,
    // The caller hears why the round was not opened.
    idle: async () => openings.underWay()?.catch(() => undefined),
  };
};

export const createLoop = (options: LoopOptions): Loop => {
  const { db, log, clock, onMessages } = options;
  const stopping = new AbortController();
  const context: LoopContext = { ...options, signal: stopping.signal };
  let explaining: Promise<void> = Promise.resolve();

  /** Has the messages drawn after whatever may have changed them. */
  const andDraw = async <T>(work: Promise<T>): Promise<T> => {
    const outcome = await work;
    onMessages();
    return outcome;
  };

  const explain = (round: Parameters<typeof explainRound>[1]): Promise<void> =>
    andDraw(explainRound(options, round));

  const opening = createOpening(context, onMessages, explain);
  const open = opening.open;
  const openAtOnce = async (): Promise<void> => {
    if (options.next === 'at-once') await open();
  };

  const trainings = createTrainingQueue(context, stopping.signal, onMessages, async () => {
    onMessages();
    await openAtOnce();
  });

  // Many may answer at once.
  const commits = createGroupCommits(db);

  const answer = async (given: Answer): Promise<AnswerOutcome> => {
    const outcome = await commits.run((trx) =>
      recordAnswer(trx, given, clock, options.rounds.answersPerCandidate, options.rounds.hints),
    );
    if (outcome.kind === 'decided' && outcome.finishedRound !== null) {
      const round = await findRound(db, outcome.finishedRound);
      if (round !== undefined) trainings.start(round);
    }
    onMessages();
    if (outcome.kind === 'decided' && outcome.replacedIn !== null) {
      const round = await findRound(db, outcome.replacedIn);
      // The click need not wait for why its successor was chosen.
      if (round !== undefined) explaining = explaining.then(() => explain(round));
    }
    return outcome;
  };

  const goOn = async (round: RoundRow): Promise<void> => {
    if (round.state === 'training') {
      log.info({ round: round.number }, 'the last process stopped while training; training again');
      trainings.start(round);
      return;
    }
    log.info({ round: round.number }, 'going on with the open round');
    const { modelType } = options;
    if (await takeOverRound(db, round, modelType, clock))
      log.info({ round: round.number, modelType }, 'it asks another question now');
    const quorum = options.rounds.answersPerCandidate;
    const { decided, finished } = await decideAnew(db, { ...round, model_type: modelType }, quorum, clock);
    if (decided > 0) log.info({ round: round.number, decided, quorum }, 'candidates had answers enough');
    if (finished) trainings.start({ ...round, model_type: modelType, state: 'training' });
    await wantRedraw(db, [headerKey(round.id)]);
    await explain({ ...round, model_type: modelType });
  };

  /** The round under way when it was looked last. */
  let seen: number | null = null;
  const look = async (): Promise<void> => {
    const round = await roundUnderWay(db);
    const before = seen;
    seen = round?.id ?? null;
    if (round?.state === 'training' && !trainings.isBusy()) trainings.start(round);
    // Somebody abandoned the round from a terminal.
    if (round === undefined && before !== null && !trainings.isBusy()) await openAtOnce();
  };

  return {
    answer,
    undo: (given) => andDraw(commits.run((trx) => undoAnswer(trx, given, clock))),
    disagree: (given) => andDraw(commits.run((trx) => disagree(trx, given, clock))),
    relabel: (given) => andDraw(relabel(db, given, clock)),
    setPaused: async (paused) => {
      await setPaused(db, paused);
      if (!paused) await openAtOnce();
    },
    promote: async (number) => {
      const model = await promoteRound(db, number, options.tracking, clock().toISOString());
      await andDraw(wantRedraw(db, [promotionKey(model.round_id)]));
    },
    openRound: open,
    endRound: async (end) => {
      const ended = await andDraw(endRound(db, end, clock));
      if (ended.kind !== 'ended') return ended;
      log.info({ round: ended.round.number, ...end, withdrawn: ended.withdrawn }, 'the round was ended');
      if (end.as === 'early') trainings.start({ ...ended.round, state: 'training' });
      else await openAtOnce();
      return ended;
    },
    look,
    alertsArrived: openAtOnce,
    resume: async () => {
      const round = await roundUnderWay(db);
      await andDraw(round === undefined ? openAtOnce() : goOn(round));
    },
    idle: trainings.idle,
    stop: async () => {
      stopping.abort();
      await options.learning.close();
      await Promise.all([trainings.idle(), explaining, opening.idle()]);
    },
  };
};
