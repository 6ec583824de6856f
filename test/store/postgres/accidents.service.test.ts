import { connect as connectTo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import { keepValue, readValue } from '../../../src/store/key-value.ts';
import { type Db, inTransaction, openStore } from '../../../src/store/open-store.ts';
import { candidatesOf, closedRounds, roundUnderWay } from '../../../src/store/rounds/rounds.ts';
import { nightSource } from '../../helpers/night.ts';
import { loopOn, pullNight } from '../../helpers/played-rounds.ts';
import { eventually } from '../../helpers/service.ts';
import { createTestDatabase } from '../../helpers/test-store.ts';
import { startPostgres } from '../../postgres/server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const opened = async (url: string, options = {}): Promise<Db> => {
  const db = await openStore(url, options);
  ends.push(() => db.destroy());
  return db;
};

const emptyDatabase = async (): Promise<string> => {
  const { url, drop } = await createTestDatabase();
  ends.push(drop);
  return url;
};

test('answers of many at once from two processes, with pulls beside them: none fails, none is lost, the round closes once', async () => {
  const url = await emptyDatabase();
  const [one, two, puller] = [await opened(url), await opened(url), await opened(url)];
  await pullNight(one, 300);
  const loops = [loopOn(one), loopOn(two)];
  for (const loop of loops) ends.push(() => loop.stop());
  await loops[0]?.openRound();
  const round = await roundUnderWay(one);
  const candidates = await candidatesOf(one, round?.id ?? 0);
  const clock = (): Date => new Date();
  const pulls = [40, 41].map((size, i) =>
    pullAlerts({
      db: i === 0 ? puller : two,
      source: nightSource({ size, bogus: true }),
      name: 'files',
      filter: false,
      clock,
    }),
  );
  const given = candidates.flatMap(({ id }, place) =>
    Array.from({ length: 8 }, (_, person) => ({
      candidateId: id,
      userId: `U${person}`,
      userName: `Person ${person}`,
      answer: (place + person) % 2 === 0 ? ('galactic' as const) : ('not_galactic' as const),
      click: `click ${place} ${person}`,
    })),
  );
  const outcomes = await Promise.all(given.map((answer, i) => loops[i % 2]?.answer(answer)));
  await Promise.all(pulls);
  for (const loop of loops) await loop.idle();
  expect(given.length).toBeGreaterThan(60);
  expect(outcomes.filter((outcome) => outcome?.kind === 'decided')).toHaveLength(candidates.length);
  const kept = await one.selectFrom('answers').select('click').execute();
  expect(new Set(kept.map(({ click }) => click)).size).toBe(given.length);
  expect(await closedRounds(one)).toHaveLength(1);
  expect((await one.selectFrom('models').select('id').execute()).length).toBe(1);
  expect((await roundUnderWay(one))?.number).toBe(2);
});

test('the server falls over and over in mid-round: nothing acknowledged is lost, and the loop goes on by itself', async () => {
  const server = await startPostgres({ fsync: 'on', full_page_writes: 'on' });
  ends.push(() => server.remove());
  const url = server.url('postgres');
  let waits = 0;
  const db = await opened(url, {
    patienceMs: Number.POSITIVE_INFINITY,
    onWait: (since: Date | null) => {
      waits += since === null ? 0 : 1;
    },
  });
  await pullNight(db, 100);
  const loop = loopOn(db);
  ends.push(() => loop.stop());
  await loop.openRound();
  const acknowledged: string[] = [];
  let falls = 0;
  const falling = (async () => {
    for (; falls < 4; falls += 1) {
      const target = acknowledged.length + 2;
      await eventually('two more answers', () => acknowledged.length >= target);
      await server.restart('immediate');
    }
  })();
  for (let i = 0; falls < 4; i += 1) {
    const round = await roundUnderWay(db);
    const open = (await candidatesOf(db, round?.id ?? 0)).find(({ state }) => state === 'open');
    if (open === undefined) {
      await loop.idle();
      continue;
    }
    const click = `click ${i}`;
    const answer = i % 2 === 0 ? ('galactic' as const) : ('not_galactic' as const);
    await loop.answer({ candidateId: open.id, userId: 'U1', userName: 'Vera', answer, click });
    acknowledged.push(click);
  }
  await falling;
  await loop.idle();
  const kept = (await db.selectFrom('answers').select('click').orderBy('id').execute()).map(
    ({ click }) => click,
  );
  expect(kept).toEqual(acknowledged);
  expect(waits).toBeGreaterThan(0);
});

test('a server that does not come back is told of in words, without its password', async () => {
  const server = await startPostgres();
  const url = server.url('postgres').replace('finkvra@', 'finkvra:pass-word-7@');
  const db = await opened(url, { patienceMs: 300 });
  await server.remove();
  const failed = await keepValue(db, 'a', '"1"').catch((error: unknown) => String(error));
  expect(failed).toMatch(
    /^FinkvraError: postgres:\/\/finkvra@127.0.0.1:\d+\/postgres cannot be reached: start the server, .* what was being stored is not/,
  );
  expect(failed).not.toContain('pass-word-7');
});

/** Stands between a store and its server; `cut` says when a connection is cut, and whether the message still goes. */
const startCutting = async (to: number) => {
  let cut: 'before' | 'after' | null = null;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connectTo(to, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      const when = chunk.includes('; commit') ? cut : null;
      if (when === null) return void server.write(chunk);
      cut = null;
      cuts += 1;
      if (when === 'before') server.destroy();
      // The server gets the commit; nobody hears of it.
      else server.end(chunk);
      client.destroy();
    });
    server.on('data', (chunk) => {
      if (!client.destroyed) client.write(chunk);
    });
    client.on('end', () => server.end());
    server.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    cutNext: (when: 'before' | 'after') => {
      cut = when;
    },
    cuts: () => cuts,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
};

test.each([
  ['after', 1],
  ['before', 2],
] as const)(
  'a connection cut %s the commit reached the server: the work is kept once, having run %i times',
  async (when, runs) => {
    const url = new URL(await emptyDatabase());
    const proxy = await startCutting(Number(url.port));
    ends.push(proxy.stop);
    url.port = String(proxy.port);
    const db = await opened(url.href);
    let ran = 0;
    const add = () =>
      inTransaction(db, async (trx) => {
        ran += 1;
        await keepValue(trx, 'n', String(Number((await readValue(trx, 'n')) ?? 0) + 1));
      });
    await add();
    ran = 0;
    proxy.cutNext(when);
    await add();
    expect(proxy.cuts()).toBe(1);
    expect(ran).toBe(runs);
    expect(await readValue(db, 'n')).toBe('2');
    // And a write by itself.
    proxy.cutNext(when);
    await db.insertInto('sherlock_calls').values({ at: 'x' }).execute();
    expect(proxy.cuts()).toBe(2);
    expect(await db.selectFrom('sherlock_calls').selectAll().execute()).toHaveLength(1);
  },
);
