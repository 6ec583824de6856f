import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { NOT_MOVED } from '../../src/store/transfer/tables.ts';
import { knownTables, transferStore } from '../../src/store/transfer/transfer-store.ts';
import { answerSome, loopOn, outcomeOf, pullNight } from '../helpers/played-rounds.ts';
import { temporaryFolder } from '../helpers/service.ts';

test('store copy knows every table that a store has', async () => {
  const db = await openStore(':memory:');
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'
    and name not like 'sqlite_%' and name not like 'kysely_%'`.execute(db);
  await db.destroy();
  const known = [...knownTables(), ...NOT_MOVED];
  expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test('from file to file: equal in what people see, and stopped in the middle it leaves the target empty', async () => {
  const folder = temporaryFolder();
  const from = await openStore(join(folder.path, 'one.sqlite'));
  const to = await openStore(join(folder.path, 'two.sqlite'));
  await pullNight(from, 60);
  const loop = loopOn(from);
  await loop.openRound();
  await answerSome(from, loop, 5);
  await loop.stop();
  const stopping = new AbortController();
  const stopped = transferStore(from, to, 'two', {
    signal: stopping.signal,
    onProgress: (table) => {
      if (table === 'labels') stopping.abort(new Error('stopped'));
    },
  });
  await expect(stopped).rejects.toThrow('stopped');
  expect((await to.selectFrom('alerts').select('candid').execute()).length).toBe(0);
  const done = await transferStore(from, to, 'two');
  expect(done).toMatchObject({ lostStamps: 0, stamps: done.rows.alerts });
  expect(await outcomeOf(to)).toEqual(await outcomeOf(from));
  await expect(transferStore(from, to, 'two')).rejects.toThrow(/two is not empty/);
  await from.destroy();
  await to.destroy();
  folder.remove();
});
