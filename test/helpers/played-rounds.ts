import { pullAlerts } from '../../src/loop/intake/pull.ts';
import { createLoop, type Loop } from '../../src/loop/loop.ts';
import { classOfLabel } from '../../src/pipeline/learning/label-maps.ts';
import { simulatedTruth } from '../../src/simulation/simulated-night.ts';
import { exportLabels } from '../../src/store/answers/labels.ts';
import type { Db } from '../../src/store/open-store.ts';
import {
  candidateRows,
  exportAlerts,
  exportAnswers,
  exportModels,
  exportTraining,
} from '../../src/store/rounds/exports.ts';
import { candidatesOf, closedRounds, roundUnderWay } from '../../src/store/rounds/rounds.ts';
import type { AnswerValue, CandidateRow } from '../../src/store/schema.ts';
import { loopContext } from './loop-parts.ts';
import { NIGHT_SEED, nightSource } from './night.ts';

/** The same for every store, so that two of them can be compared. */
const clock = (): Date => new Date('2026-05-02T12:00:00.000Z');

export const pullNight = (db: Db, size = 150): Promise<unknown> =>
  pullAlerts({ db, source: nightSource({ size }), name: 'files', filter: true, clock });

/** A loop whose rounds follow each other at once; `stop` ends it. */
export const loopOn = (db: Db): Loop & { readonly stop: () => Promise<void> } => {
  const rounds = {
    firstSize: 12,
    size: 6,
    strategy: 'audited-uncertainty',
    answersPerCandidate: 1,
    layout: 'channel',
  } as const;
  const context = loopContext(db, { clock, rounds });
  const loop = createLoop({ ...context, next: 'at-once', onMessages: () => undefined });
  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      await context.learning.close();
    },
  };
};

const truthOf = ({ object_id }: CandidateRow): AnswerValue => {
  const truth = simulatedTruth(object_id, NIGHT_SEED);
  return truth !== null && classOfLabel('galactic', truth.label) === 1 ? 'galactic' : 'not_galactic';
};

/** Answers the open round's candidates in their order, up to `most`; the third is skipped, the fourth undone once. */
export const answerSome = async (db: Db, loop: Loop, most = Number.POSITIVE_INFINITY): Promise<void> => {
  const round = await roundUnderWay(db);
  for (let given = 0; given < most; given += 1) {
    const open = (await candidatesOf(db, round?.id ?? 0)).find(({ state }) => state === 'open');
    if (open === undefined) break;
    const who = { candidateId: open.id, userId: `U${given % 2}`, userName: `Person ${given % 2}` };
    await loop.answer({ ...who, answer: given === 2 ? 'skip' : truthOf(open) });
    if (given !== 3) continue;
    await loop.undo(who);
    await loop.answer({ ...who, answer: truthOf(open) });
  }
  await loop.idle();
};

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

/** Everything that people and models have made of a store, and its exports. */
export const outcomeOf = async (db: Db) => ({
  reports: (await closedRounds(db)).map(({ number, report }) => ({
    number,
    // How long it took is the machine's.
    report: report?.replace(/"seconds":[\d.e-]+/, ''),
  })),
  draws: await all(candidateRows(db)),
  spares: await db.selectFrom('spares').selectAll().orderBy('round_id').orderBy('place').execute(),
  models: await db.selectFrom('models').selectAll().orderBy('id').execute(),
  scores: await db.selectFrom('scores').selectAll().orderBy('candid').execute(),
  exports: {
    alerts: await all(exportAlerts(db, 'galactic')),
    answers: await all(exportAnswers(db)),
    labels: await all(exportLabels(db, 'galactic')),
    models: await all(exportModels(db)),
    training: await all(exportTraining(db, 'galactic')),
  },
});
