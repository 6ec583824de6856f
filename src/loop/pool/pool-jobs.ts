import { setImmediate } from 'node:timers/promises';
import { FinkvraError } from '../../lib/errors.ts';
import { FEATURE_NAMES, type FeatureName } from '../../pipeline/features/feature-table.ts';
import {
  evaluateRound,
  type RoundEvaluation,
  type RoundEvaluationInput,
} from '../../pipeline/learning/accuracy/round-evaluation.ts';
import { createStopSet } from '../../pipeline/learning/accuracy/stop-rule.ts';
import type { SavedModel, TrainedModel } from '../../pipeline/learning/engines/classifier.ts';
import { loadModel } from '../../pipeline/learning/engines/engines.ts';
import { featureMatrix } from '../../pipeline/learning/feature-matrix.ts';
import type { PoolCandidate } from '../../pipeline/learning/strategies/run-strategy.ts';
import { featuresOfPage, isUnscored, poolPages } from '../../store/intake/pool.ts';
import type { Db } from '../../store/open-store.ts';
import { keepScores, type NewScore, SCORES_PER_STATEMENT } from '../../store/rounds/scores.ts';
import { type Chosen, type Draw, drawCandidates } from './draw-candidates.ts';

/** Draws a round's candidates from the pool as its model scores it. */
export interface DrawJob extends Draw {
  readonly kind: 'draw';
  /** Undefined: at random, for there is no model. */
  readonly model?: { readonly id: number; readonly saved: SavedModel };
}

export interface DrawResult extends Chosen {
  readonly kind: 'draw';
  readonly poolSize: number;
}

/** Scores the pool with a model just trained, and evaluates it on the labels and on what it says of the pool. */
export interface ScoreJob {
  readonly kind: 'score';
  readonly model: SavedModel;
  readonly evaluation: RoundEvaluationInput;
  /** The model before, with which it is compared; null without one. */
  readonly previous: number | null;
  /** Decides which part of the pool they are compared on. */
  readonly seed: number;
}

export interface ScoreResult {
  readonly kind: 'score';
  readonly scores: PoolScores;
  readonly evaluation: RoundEvaluation;
  /** P(class 1) by the model before and by this one, of the objects on which they are compared. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Keeps what a model says of the pool. */
export interface KeepJob {
  readonly kind: 'keep';
  readonly modelId: number;
  readonly scores: PoolScores;
}

/** Scores of as much as a million alerts, to be handed from thread to thread without being copied. */
export interface PoolScores {
  /** Candids, one a line (UTF-8). */
  readonly candids: Uint8Array;
  readonly p: Float64Array;
  /** See `NewScore`; -1 where there was none. */
  readonly stale: Int32Array;
}

export type PoolJob = DrawJob | ScoreJob | KeepJob;
export type PoolResult = DrawResult | ScoreResult | { readonly kind: 'keep' };

/** How the pool is read and written where a job is done. */
export interface PoolAccess {
  /** Runs `work` on the store as it is at one moment. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Runs `work` in a transaction of some milliseconds, when nobody else writes. */
  write(work: (db: Db) => Promise<void>): Promise<void>;
  /** Alerts read in one go. */
  readonly pageSize: number;
}

export const runPoolJob = async (access: PoolAccess, job: PoolJob): Promise<PoolResult> => {
  switch (job.kind) {
    case 'draw':
      return draw(access, job);
    case 'score':
      return score(access, job);
    case 'keep':
      await keepInTurns(access, job.modelId, scoresOf(job.scores));
      return { kind: 'keep' };
  }
};

const draw = async (access: PoolAccess, job: DrawJob): Promise<DrawResult> => {
  const { model } = job;
  const predict = model === undefined ? null : predictor(model.saved);
  const pool: PoolCandidate[] = [];
  const fresh: NewScore[] = [];
  await access.read(async (db) => {
    for await (const page of poolPages(db, model?.id ?? null, access.pageSize)) {
      const scored =
        model === undefined || predict === null || !page.some(isUnscored)
          ? null
          : predict.by(await featuresOfPage(db, page, predict.names, model.id));
      for (const row of page) {
        const { candid, objectId, stale } = row;
        const p = scored?.get(candid) ?? row.p;
        // Copied: a row as SQLite gives it takes three times the memory.
        if (model === undefined) {
          pool.push({ candid, objectId, p });
          continue;
        }
        // No score of this model: the object has left the pool meanwhile.
        if (p === null) continue;
        const one = { candid, objectId, p, stale };
        pool.push(one);
        if (isUnscored(row)) fresh.push(one);
      }
      await setImmediate();
    }
  });
  const chosen = drawCandidates(pool, job);
  if (model !== undefined) await keepInTurns(access, model.id, fresh);
  return { kind: 'draw', ...chosen, poolSize: pool.length };
};

const score = async (access: PoolAccess, job: ScoreJob): Promise<ScoreResult> => {
  const predict = predictor(job.model);
  const pages: PoolScores[] = [];
  const compared = createStopSet<{ readonly before: number; readonly after: number }>(job.seed);
  await access.read(async (db) => {
    for await (const page of poolPages(db, job.previous, access.pageSize)) {
      const scored = predict.by(await featuresOfPage(db, page, predict.names, null));
      const rows = page.flatMap((row) => {
        const after = scored.get(row.candid);
        // No score: the object has left the pool meanwhile.
        return after === undefined ? [] : [{ ...row, after }];
      });
      pages.push({
        candids: new TextEncoder().encode(rows.map(({ candid }) => `${candid}\n`).join('')),
        p: Float64Array.from(rows, ({ after }) => after),
        stale: Int32Array.from(rows, ({ stale }) => stale ?? -1),
      });
      for (const { candid, p: before, after } of rows)
        if (before !== null) compared.add(candid, { before, after });
      await setImmediate();
    }
  });
  const scores = joined(pages);
  const pairs = compared.values();
  return {
    kind: 'score',
    scores,
    evaluation: evaluateRound({ ...job.evaluation, pool: scores.p }),
    before: pairs.map(({ before }) => before),
    after: pairs.map(({ after }) => after),
  };
};

const joined = (pages: readonly PoolScores[]): PoolScores => {
  const rows = pages.reduce((sum, { p }) => sum + p.length, 0);
  const bytes = pages.reduce((sum, { candids }) => sum + candids.length, 0);
  const all = { candids: new Uint8Array(bytes), p: new Float64Array(rows), stale: new Int32Array(rows) };
  let [row, byte] = [0, 0];
  for (const { candids, p, stale } of pages) {
    all.candids.set(candids, byte);
    all.p.set(p, row);
    all.stale.set(stale, row);
    byte += candids.length;
    row += p.length;
  }
  return all;
};

/** One after the other, from where they lie. */
function* scoresOf({ candids, p, stale }: PoolScores): Generator<NewScore> {
  const decoder = new TextDecoder();
  let start = 0;
  for (let i = 0; i < p.length; i += 1) {
    const end = candids.indexOf(10, start);
    const before = stale[i] ?? -1;
    yield {
      candid: decoder.decode(candids.subarray(start, end)),
      p: p[i] ?? Number.NaN,
      stale: before < 0 ? null : before,
    };
    start = end + 1;
  }
}

/** A write holds the store for about this long, ms; then others get theirs in. */
const WRITE_FOR_MS = 20;

/** Keeps scores in many short transactions: those of an earlier model hold until theirs has come. */
const keepInTurns = async (
  access: PoolAccess,
  modelId: number,
  scores: Iterable<NewScore>,
): Promise<void> => {
  const left = scores[Symbol.iterator]();
  const next = (): NewScore[] => {
    const page: NewScore[] = [];
    while (page.length < SCORES_PER_STATEMENT) {
      const one = left.next();
      if (one.done === true) break;
      page.push(one.value);
    }
    return page;
  };
  for (let page = next(); page.length > 0; ) {
    await access.write(async (db) => {
      const until = performance.now() + WRITE_FOR_MS;
      do {
        await keepScores(db, modelId, page);
        page = next();
      } while (page.length > 0 && performance.now() < until);
    });
  }
};

interface Predictor {
  readonly names: readonly FeatureName[];
  /** P(class 1) of each alert, from its features. */
  by(features: ReadonlyMap<string, Readonly<Record<string, number | null>>>): Map<string, number>;
}

/** @throws FinkvraError naming a feature that this version does not have */
const predictor = (saved: SavedModel): Predictor => {
  const model: TrainedModel = loadModel(saved);
  const names = saved.features.map((name) => {
    const known = FEATURE_NAMES.find((one) => one === name);
    if (known !== undefined) return known;
    throw new FinkvraError(
      `The model needs the feature ${name}, which this version does not have: use the version that trained it.`,
    );
  });
  return {
    names,
    by: (features) => {
      const p = model.predict(featureMatrix(names, [...features.values()]));
      return new Map(Array.from(features.keys(), (candid, i) => [candid, p[i] ?? Number.NaN]));
    },
  };
};
