import { closeSync, fsyncSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoopContext } from '../../src/loop/context.ts';
import { createLoop, type Loop } from '../../src/loop/loop.ts';
import { trainRound } from '../../src/loop/rounds/train-round.ts';
import { featureNames } from '../../src/pipeline/features/feature-table.ts';
import { type Db, openStore } from '../../src/store/open-store.ts';
import { candidatesOf, findRound, roundUnderWay } from '../../src/store/rounds/rounds.ts';
import { loopContext } from './loop-parts.ts';
import { percentile } from './percentile.ts';

const AT = '2026-05-02T12:00:00.000Z';
/** Objects of the first round, all labelled. */
const LABELS = 120;

/**
 * A store with a large pool, one alert per object, with features that partly separate the classes. The first
 * round is labelled and waits for its training, and an earlier model has scored everything.
 */
export const fillLargePool = async (path: string, objects: number): Promise<void> => {
  await (await openStore(path)).destroy();
  const database = new DatabaseSync(path);
  const names = featureNames('context');
  // A number in [0, 1) of the alert and the column; the first columns know the class.
  const value = (column: number): string =>
    `((i * ${7919 + 104_729 * column}) % 1009) / 1009.0 + case when ${column} < 4 then i % 2 * 0.6 else 0 end`;
  database.exec(`pragma synchronous = off; pragma foreign_keys = off; begin;
    create temporary table n as
      with recursive k(i) as (select 0 union all select i + 1 from k limit ${objects + LABELS}) select i from k;
    insert into pulls (id, source, started_at, finished_at, read, kept, known, quarantined, filtered)
      values (1, 'bench', '${AT}', '${AT}', 0, 0, 0, 0, '{}');
    insert into alerts (candid, object_id, jd, ra, dec, fid, magpsf, context, epochs, stored_features, pull_id, stored_at)
      select 3000000000000000000 + i, 'ZTF25' || printf('%08d', i), 2460000.5 + i / 100000.0,
        i * 360.0 / ${objects + LABELS}, (i * 7919 % 170000) / 1000.0 - 85, 1, 19.5, '{}', '[]', '{}', 1, '${AT}' from n;
    insert into features (candid, recipe, ndets, ${names.filter((name) => name !== 'ndets').join(', ')})
      select 3000000000000000000 + i, 1, 2, ${names.flatMap((name, k) => (name === 'ndets' ? [] : [value(k)])).join(', ')}
      from n;
    insert into objects (object_id, ra, dec, same_as) select object_id, ra, dec, object_id from alerts;
    insert into rounds (id, number, state, size, strategy, model_type, seed, pool_size, model_id, opened_at)
      values (1, 1, 'training', ${LABELS}, 'random', 'galactic', 2, ${objects}, null, '${AT}');
    insert into models (id, round_id, model_type, engine, seed, labels, saved, trained_at, feature_set)
      values (1, null, 'galactic', 'extra-trees', 1, 100, '{}', '${AT}', 'context');
    insert into scores (candid, model_id, p) select candid, 1, (rowid * 7919 % 1000) / 1000.0 from alerts;
    insert into candidates (id, round_id, candid, object_id, draw_order, drawn, p, q, pool_size, state)
      select rowid, 1, candid, object_id, rowid, 'random', null, 1.0 / ${objects}, ${objects}, 'labelled' from alerts
      limit ${LABELS};
    insert into labels (object_id, candid, answer, candidate_id, user_id, user_name, at)
      select object_id, candid, case id % 2 when 0 then 'galactic' else 'agn' end, id, 'U1', 'Vera', '${AT}' from candidates;
    insert into pool (same_as, object_id, candid, seen)
      select object_id, object_id, candid, stored_at from alerts where rowid > ${LABELS};
    update counts set n = ${objects + LABELS} where name in ('alerts', 'objects');
    update counts set n = ${objects} where name = 'pool';
    commit; analyze;`);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  // What was written without waiting for the disk is there: the first click shall not wait for it.
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
};

/** The duration of some work, and what people noticed meanwhile. */
export interface Phase {
  readonly seconds: number;
  /** Milliseconds from a click to the commit of what it changed. */
  readonly clicks: {
    readonly n: number;
    readonly median: number;
    readonly p99: number;
    readonly most: number;
  };
  /** Highest resident memory of the process, MB. */
  readonly rssMb: number;
}

const MB = 1_048_576;
const CLICK_EVERY_MS = 25;

/** Clicks without pause while `work` runs: each click changes a label. */
const whileClicking = async (loop: Loop, work: () => Promise<unknown>): Promise<Phase> => {
  const took: number[] = [];
  const clicks: Promise<void>[] = [];
  let rss = 0;
  const done = new AbortController();
  const started = performance.now();
  const click = async (i: number, planned: number): Promise<void> => {
    const objectId = `ZTF25${String(i % LABELS).padStart(8, '0')}`;
    const answer = Math.floor(i / LABELS) % 2 === 0 ? 'varstar' : 'agn';
    const outcome = await loop.relabel({ objectId, answer, userId: 'U1', userName: 'Vera', note: null });
    if (outcome.kind !== 'corrected' && outcome.kind !== 'same') throw new Error(outcome.kind);
    took.push(performance.now() - planned);
  };
  const clicking = (async () => {
    for (let i = 0; !done.signal.aborted; i += 1) {
      const planned = started + i * CLICK_EVERY_MS;
      await sleep(Math.max(0, planned - performance.now()));
      rss = Math.max(rss, process.memoryUsage.rss());
      clicks.push(click(i, planned));
    }
  })();
  await work();
  const seconds = (performance.now() - started) / 1000;
  done.abort();
  await clicking;
  await Promise.all(clicks);
  const at = (share: number): number => percentile(took, share);
  return {
    seconds: Number(seconds.toFixed(1)),
    clicks: { n: took.length, median: at(0.5), p99: at(0.99), most: at(1) },
    rssMb: Math.round(rss / MB),
  };
};

export interface LargeRound {
  /** From the beginning of a training to its report: the forest, and the pool scored with it. */
  readonly trainAndScore: Phase;
  /** From the report until all scores are kept. */
  readonly keepScores: Phase;
  readonly open: Phase;
  /** Skips after the last spare, ms: the replacement is drawn from the pool while the person waits. */
  readonly skip: { readonly n: number; readonly median: number; readonly most: number };
  /** Opening where each object has to be scored first, as after another set of columns was chosen. */
  readonly openUnscored: Phase;
}

/** Trains the waiting round and opens the next one, through the loop that answers. */
export const playLargeRound = async (db: Db, over: Partial<LoopContext> = {}): Promise<LargeRound> => {
  const clock = (): Date => new Date('2026-05-02T13:00:00.000Z');
  const context = loopContext(db, {
    clock,
    rounds: {
      firstSize: 30,
      size: 30,
      strategy: 'focused-uncertainty',
      answersPerCandidate: 1,
      layout: 'channel',
    },
    ...over,
  });
  const loop = createLoop({ ...context, next: 'scheduled', onMessages: () => undefined });
  try {
    const round = await findRound(db, 1);
    if (round === undefined) throw new Error('the store has no round to train');
    let kept: Promise<unknown> = Promise.resolve();
    const trainAndScore = await whileClicking(
      loop,
      () =>
        new Promise<void>((resolve, reject) => {
          kept = trainRound(context, round, () => resolve());
          kept.catch(reject);
        }),
    );
    const keepScores = await whileClicking(loop, () => kept);
    const open = await whileClicking(loop, () => openOne(loop));
    const skip = await skipWithoutSpares(db, loop);
    await loop.endRound({ as: 'abandoned', by: 'Vera' });
    await db.updateTable('scores').set({ stale: 1 }).execute();
    const openUnscored = await whileClicking(loop, () => openOne(loop));
    return { trainAndScore, keepScores, open, skip, openUnscored };
  } finally {
    await loop.stop();
  }
};

const skipWithoutSpares = async (db: Db, loop: Loop): Promise<LargeRound['skip']> => {
  await db.deleteFrom('spares').execute();
  const round = await roundUnderWay(db);
  const candidates = await candidatesOf(db, round?.id ?? -1);
  const took: number[] = [];
  for (const { id } of candidates) {
    const started = performance.now();
    const given = { candidateId: id, userId: 'U1', userName: 'Vera', answer: 'skip' } as const;
    const outcome = await loop.answer(given);
    if (outcome.kind !== 'decided') throw new Error(outcome.kind);
    took.push(performance.now() - started);
  }
  took.sort((a, b) => a - b);
  const ms = (value = Number.NaN): number => Number(value.toFixed(1));
  return { n: took.length, median: ms(took[Math.floor(took.length / 2)]), most: ms(took.at(-1)) };
};

const openOne = async (loop: Loop): Promise<void> => {
  const opened = await loop.openRound();
  if (opened.kind !== 'opened') throw new Error(opened.kind);
};
