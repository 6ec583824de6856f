import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { recordAnswer } from '../src/loop/answers/record-answer.ts';
import { undoAnswer } from '../src/loop/answers/undo-answer.ts';
import { readDigest } from '../src/loop/digest/digest.ts';
import { readStatus } from '../src/loop/digest/status.ts';
import { rebuildPool } from '../src/store/intake/pool.ts';
import { type Db, inTransaction, openStore } from '../src/store/open-store.ts';
import { insertCandidates, insertRound } from '../src/store/rounds/rounds.ts';
import { insertSpares } from '../src/store/rounds/spares.ts';
import { temporaryFolder } from '../test/helpers/service.ts';

export const name = 'store';

const SIZES = [100_000, 1_000_000];
const CANDIDATES = 60;
const NOW = new Date('2026-05-02T16:00:00.000Z');
const clock = (): Date => NOW;

/** A light curve as long as a short one is. */
const EPOCHS = JSON.stringify(
  Array.from({ length: 3 }, (_, i) => ({ jd: 2_460_800.5 + i, fid: 1, magpsf: 19.8, sigmapsf: 0.1 })),
);

/**
 * Alerts, 1.6 an object, of which a model has scored every one, Sherlock knows three quarters and keeps a tenth
 * out, one in a hundred has a label, and 500 came in today.
 */
const fill = async (path: string, alerts: number): Promise<void> => {
  await (await openStore(path)).destroy();
  const database = new DatabaseSync(path);
  const objects = Math.floor(alerts / 1.6);
  const today = alerts - 500;
  database.exec(`pragma synchronous = off; pragma foreign_keys = off; begin;
    create temporary table n as with recursive k(i) as (select 0 union all select i + 1 from k limit ${alerts}) select i from k;
    insert into pulls (id, source, started_at, finished_at, read, kept, known, quarantined, filtered)
      values (1, 'bench', '2026-05-02T15:00:00.000Z', '2026-05-02T15:10:00.000Z', 0, 0, 0, 0, '{}');
    insert into alerts (candid, object_id, jd, ra, dec, fid, magpsf, context, epochs, stored_features, pull_id, stored_at)
      select 3000000000000000000 + i, 'ZTF25' || printf('%08d', i % ${objects}), 2460000.5 + i / 100000.0,
        (i % ${objects}) * 360.0 / ${objects}, ((i % ${objects}) * 7919 % 170000) / 1000.0 - 85, 1, 19.5, '{}',
        '${EPOCHS}', '{}', 1, case when i < ${today} then '2026-04-01T00:00:00.000Z' else '2026-05-02T15:05:00.000Z' end
      from n;
    insert into features (candid, ndets, ebv, recipe) select candid, 2, 0.03, 1 from alerts;
    insert into rounds (id, number, state, size, strategy, model_type, seed, pool_size, opened_at, closed_at)
      values (1, 1, 'closed', 10, 'random', 'galactic', 1, 1, '2026-05-01T00:00:00.000Z', '2026-05-02T01:00:00.000Z');
    insert into models (id, round_id, model_type, engine, seed, labels, saved, trained_at)
      values (1, 1, 'galactic', 'extra-trees', 1, 100, '{}', '2026-05-02T01:00:00.000Z');
    insert into scores (candid, model_id, p, previous_p)
      select candid, 1, (rowid * 7919 % 1000) / 1000.0, (rowid * 104729 % 1000) / 1000.0 from alerts;
    insert into objects (object_id, ra, dec, same_as)
      select object_id, min(ra), min(dec), object_id from alerts group by object_id;
    insert into sherlock (object_id, ra, dec, priority, queued_at, class, excluded, result, saved_at)
      select object_id, ra, dec, 0, '2026-04-01T00:00:00.000Z',
        case rowid % 4 when 0 then null when 1 then 'SN' when 2 then 'NT' else 'VS' end, rowid % 4 = 3 and rowid % 10 < 4,
        case rowid % 4 when 0 then null else '{"class":"SN","matches":[]}' end,
        case rowid % 4 when 0 then null else '2026-04-02T00:00:00.000Z' end
      from objects;
    insert into labels (object_id, candid, answer, user_id, user_name, at)
      select object_id, min(candid), 'agn', 'U1', 'Vera', '2026-04-03T00:00:00.000Z' from alerts
      where substr(object_id, -2) = '11' group by object_id;
    update counts set n = ${alerts} where name = 'alerts';
    update counts set n = ${objects} where name = 'objects';
    commit; analyze;`);
  database.close();
  const db = await openStore(path);
  await inTransaction(db, rebuildPool);
  await db.destroy();
};

/** An open round of the pool's first objects, the next ones spare. */
const openRound = (db: Db) =>
  inTransaction(db, async (trx) => {
    const pool = await trx
      .selectFrom('pool')
      .selectAll()
      .limit(2 * CANDIDATES)
      .execute();
    const round = await insertRound(trx, {
      size: CANDIDATES,
      strategy: 'focused-uncertainty',
      model_type: 'galactic',
      firstSeed: 1,
      pool_size: pool.length,
      model_id: 1,
      opened_at: NOW.toISOString(),
    });
    if (round === null) throw new Error('a round is open already');
    const drawn = pool.map(({ candid, object_id }) => ({
      candid,
      objectId: object_id,
      drawn: 'weighted' as const,
      p: 0.5,
      q: 0.001,
      poolSize: pool.length,
    }));
    await insertSpares(trx, round.id, drawn.slice(CANDIDATES));
    return insertCandidates(trx, round.id, drawn.slice(0, CANDIDATES));
  });

interface Timing {
  readonly medianMs: number;
  readonly maxMs: number;
  /** Longest time for which the thread was blocked. */
  readonly longestBlockMs: number;
}

const measure = async (times: number, work: (i: number) => Promise<unknown>): Promise<Timing> => {
  const took: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await setImmediate();
  delay.enable();
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    await work(i);
    took.push(performance.now() - started);
    await setImmediate();
  }
  delay.disable();
  took.sort((a, b) => a - b);
  const ms = (value: number | undefined): number => Number((value ?? Number.NaN).toFixed(1));
  return {
    medianMs: ms(took[Math.floor(times / 2)]),
    maxMs: ms(took.at(-1)),
    longestBlockMs: ms(delay.max / 1e6),
  };
};

const measureStore = async (path: string) => {
  const db = await openStore(path);
  try {
    const candidates = await openRound(db);
    const idOf = (i: number): number => candidates[i]?.id ?? -1;
    const person = { userId: 'U1', userName: 'Vera' };
    const answer = (i: number, value: 'agn' | 'skip') =>
      recordAnswer(db, { candidateId: idOf(i), ...person, answer: value, click: `${value} ${i}` }, clock, 1);
    return {
      megabytes: Math.round(statSync(path).size / 1e6),
      answer: await measure(20, (i) => answer(i, 'agn')),
      undo: await measure(20, (i) => undoAnswer(db, { candidateId: idOf(i), ...person }, clock)),
      skip: await measure(10, (i) => answer(20 + i, 'skip')),
      status: await measure(10, () => readStatus(db, NOW, null, 'galactic')),
      digest: await measure(5, () => readDigest(db, NOW, 'galactic')),
    };
  } finally {
    await db.destroy();
  }
};

/**
 * Waits of people in stores of a hundred thousand and a million alerts: all should block the thread for less than
 * 50 ms.
 */
export const run = async () => {
  const results: Record<string, unknown> = {};
  for (const alerts of SIZES) {
    const folder = temporaryFolder();
    try {
      const path = `${folder.path}/finkvra.sqlite`;
      const started = performance.now();
      await fill(path, alerts);
      const made = Math.round((performance.now() - started) / 1000);
      results[`${alerts} alerts`] = { madeInSeconds: made, ...(await measureStore(path)) };
    } finally {
      folder.remove();
    }
  }
  return results;
};
