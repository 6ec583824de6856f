import { join } from 'node:path';
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely';
import { expect, test } from 'vitest';
import { parseDigest } from '../../../src/loop/digest/digest.ts';
import { parseRoundReport } from '../../../src/loop/rounds/round-report.ts';
import { countLabels } from '../../../src/store/answers/labels.ts';
import { migrations } from '../../../src/store/migrations/index.ts';
import { openNodeSqlite } from '../../../src/store/node-sqlite-database.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { allModels, championModel, insertModel } from '../../../src/store/rounds/models.ts';
import { closedRounds } from '../../../src/store/rounds/rounds.ts';
import { temporaryFolder } from '../../helpers/service.ts';

const AT = '2026-05-02T12:00:00.000Z';

const REPORT = {
  labels: 3,
  galactic: 2,
  notGalactic: 1,
  skipped: 1,
  untrained: null,
  engine: 'extra-trees',
  seconds: 0.1,
  honest: null,
  trainingAccuracy: 1,
  before: null,
  previousAccuracy: null,
  hardest: { objectId: 'ZTF25a', candid: '1', galactic: true, p: 0.25 },
};
const SUREST = { candid: '1', objectId: 'ZTF25a', ra: 1, dec: 2, magpsf: 20, fid: 1, pGalactic: 0.03 };
const DIGEST = {
  day: '2026-05-02',
  since: AT,
  read: 1,
  kept: 1,
  filtered: {},
  quarantined: 0,
  failures: [],
  people: [],
  labels: { galactic: 2, notGalactic: 1, withoutClass: 1 },
  accuracy: null,
  surest: [SUREST, { ...SUREST, candid: '2', pGalactic: 0.1 }],
  changed: [],
};

/** A store as the version before left it: two rounds, a model with scores and a job, four labels, a digest. */
const olderStore = async (path: string): Promise<void> => {
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: async () => openNodeSqlite(path) }),
  });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateTo('0005-reasons');
  if (error !== undefined) throw error;
  await sql`insert into pulls (id, source, started_at, read, kept, known, quarantined, filtered)
    values (1, 'test', ${AT}, 4, 4, 0, 0, '{}')`.execute(db);
  for (const [i, [answer, galactic]] of (
    [
      ['galactic', 1],
      ['varstar', 1],
      ['agn', 0],
      ['bogus', null],
    ] as const
  ).entries()) {
    const candid = String(i + 1);
    await sql`insert into alerts (candid, object_id, jd, ra, dec, fid, magpsf, context, epochs, stored_features,
        pull_id, stored_at)
      values (${candid}, ${`ZTF25${candid}`}, 2460000.5, 1, 2, 1, 20, '{}', '[]', '{}', 1, ${AT})`.execute(
      db,
    );
    await sql`insert into labels (object_id, candid, answer, galactic, user_id, user_name, at)
      values (${`ZTF25${candid}`}, ${candid}, ${answer}, ${galactic}, 'U1', 'Vera', ${AT})`.execute(db);
  }
  await sql`insert into rounds (id, number, state, size, strategy, seed, pool_size, opened_at, report)
    values (1, 1, 'closed', 4, 'random', 1, 4, ${AT}, ${JSON.stringify(REPORT)}),
      (2, 2, 'closed', 4, 'random', 1, 4, ${AT}, ${JSON.stringify({ ...REPORT, hardest: null })})`.execute(
    db,
  );
  await sql`insert into models (id, round_id, engine, seed, labels, saved, trained_at, promoted_at)
    values (7, 1, 'extra-trees', 1, 3, '{}', ${AT}, ${AT})`.execute(db);
  await sql`insert into scores (candid, model_id, p_galactic) values ('1', 7, 0.25)`.execute(db);
  await sql`insert into tracking_jobs (model_id, work, created_at) values (7, '{}', ${AT})`.execute(db);
  await sql`insert into messages (key, kind, payload, state, created_at)
    values ('digest:2026-05-02', 'digest', ${JSON.stringify(DIGEST)}, 'posted', ${AT})`.execute(db);
  await db.destroy();
};

test('a store of the version before keeps all it has, now said to be about galactic or not', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'finkvra.sqlite');
  await olderStore(path);
  const db = await openStore(path);
  try {
    const [first, second] = await closedRounds(db, 'galactic');
    expect(parseRoundReport(first?.report ?? '')).toMatchObject({
      positive: 2,
      negative: 1,
      hardest: { objectId: 'ZTF25a', positive: true, p: 0.25 },
    });
    expect(parseRoundReport(second?.report ?? '')).toMatchObject({ positive: 2, hardest: null });
    expect(await allModels(db)).toMatchObject([{ id: 7, round: 1, model_type: 'galactic', labels: 3 }]);
    expect((await championModel(db, 'galactic'))?.id).toBe(7);
    expect(await championModel(db, 'real')).toBeUndefined();
    expect(await db.selectFrom('scores').select(['candid', 'model_id', 'p']).execute()).toEqual([
      { candid: '1', model_id: 7, p: 0.25 },
    ]);
    expect(await countLabels(db, 'galactic')).toEqual({ positive: 2, negative: 1, withoutClass: 1 });
    expect(await countLabels(db, 'real')).toEqual({ positive: 3, negative: 1, withoutClass: 0 });
    expect(await countLabels(db, 'transient')).toEqual({ positive: 1, negative: 2, withoutClass: 1 });
    const { payload } = await db.selectFrom('messages').select('payload').executeTakeFirstOrThrow();
    const digest = parseDigest(payload ?? '');
    expect(digest).toMatchObject({ modelType: 'galactic', labels: { positive: 2, negative: 1 } });
    expect(digest.surest.map(({ candid, p }) => [candid, p])).toEqual([
      ['1', 0.03],
      ['2', 0.1],
    ]);
    expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([]);
    const next = await insertModel(db, {
      round_id: null,
      model_type: 'real',
      engine: 'extra-trees',
      seed: 1,
      labels: 4,
      saved: '{}',
      trained_at: AT,
      promoted_at: null,
      calibration: null,
    });
    expect(next).toBeGreaterThan(7);
  } finally {
    await db.destroy();
    folder.remove();
  }
});
