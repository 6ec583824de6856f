import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { rightAnswer } from '../helpers/after-kills.ts';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startCommand,
  subjectOf,
  temporaryFolder,
} from '../helpers/service.ts';
import { createTestDatabase, endLeadSessions, type TestDatabase } from '../helpers/test-store.ts';

/** Within this the second one acts, ms. */
const TAKEOVER_MS = 30_000;
const ROUND = 8;

let folder: ReturnType<typeof temporaryFolder>;
let database: TestDatabase;
let sandbox: Sandbox;
let running: RunningService[];
beforeEach(async () => {
  folder = temporaryFolder();
  database = await createTestDatabase();
  sandbox = await startRoomySandbox();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.kill()));
  await sandbox.stop();
  await database.drop();
  folder.remove();
});

const settings = (): Record<string, string> => ({
  ...slackSettings(sandbox),
  DATA_DIR: folder.path,
  STORE_URL: database.url,
  SOURCE: 'simulated',
  SIMULATION_SIZE: '80',
  NEXT_ROUND: 'at-once',
  FIRST_ROUND_SIZE: String(ROUND),
  ROUND_SIZE: '4',
  METRICS_PORT: '0',
});

const serve = (more: Record<string, string> = {}): RunningService => {
  const service = startCommand(['serve'], { ...settings(), ...more });
  running.push(service);
  return service;
};

const logs = (): string =>
  running.map(({ log }, index) => `--- ${index + 1}\n${log().slice(-3000)}`).join('\n');

const leads = (service: RunningService): Promise<boolean> =>
  eventually('lead', () => service.log().includes('this process leads since'), logs, TAKEOVER_MS);
const waits = (service: RunningService): Promise<boolean> =>
  eventually('wait', () => service.log().includes('waits to take over'), logs);

const pull = async (): Promise<void> => {
  const pulled = await finkvra(['pull'], settings());
  expect(pulled.code, pulled.stderr).toBe(0);
};

/** Answers a card of the first round rightly; false where nobody took the click. */
const answer = async (card: Parameters<typeof subjectOf>[0]): Promise<boolean> => {
  const [vera = ''] = sandbox.users.map(({ id }) => id);
  const actionId = rightAnswer(subjectOf(card).object);
  return (await sandbox.act.click({ user: vera, ts: card.ts, actionId })).outcome === 'acknowledged';
};

const openCardsOf = (round: number) =>
  openCards(sandbox).filter(({ metadata }) => metadata?.event_payload.round === round);

/** Answers until the round is closed, again where nobody took it. */
const answerRound = (round: number): Promise<boolean> =>
  eventually(
    `report of round ${round}`,
    async () => {
      // A card may close while it is looked at: an answer given before the takeover was stored.
      for (const card of openCardsOf(round)) await answer(card).catch(() => false);
      return messagesOf(sandbox, 'report', round).length > 0;
    },
    logs,
    60_000,
  );

/** Keys of messages that stand more than once in the channel. */
const twice = (): unknown[] => {
  const keys = sandbox.messages().map(({ metadata, ts }) => metadata?.event_payload.key ?? ts);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
};

/** What the store says of the first round: its labels, and the accuracy on those that the model had not seen. */
const outcome = async () => {
  const db = await openStore(database.url);
  try {
    const labels = await db
      .selectFrom('labels')
      .select(['object_id', 'answer'])
      .orderBy('object_id')
      .execute();
    const { report } = await db
      .selectFrom('rounds')
      .where('number', '=', 1)
      .select('report')
      .executeTakeFirstOrThrow();
    const { honest, labels: count } = JSON.parse(report ?? '{}');
    const votes = await db.selectFrom('answers').select('candidate_id').execute();
    return { labels, honest, count, votes: votes.length };
  } finally {
    await db.destroy();
  }
};

/** One service that leads and one that waits, with the first round's cards open. */
const roundOfTwo = async () => {
  const first = serve();
  await leads(first);
  const second = serve();
  await waits(second);
  await pull();
  await eventually('cards', () => openCardsOf(1).length === ROUND, logs);
  return { first, second };
};

const playWhole = async (): Promise<Awaited<ReturnType<typeof outcome>>> => {
  const only = serve();
  await leads(only);
  await pull();
  await answerRound(1);
  const told = await outcome();
  expect(await only.stop(), logs()).toBe(0);
  return told;
};

test('a leader killed in mid-round: the second answers clicks and closes the round, as if nothing had been', async () => {
  const undisturbed = await playWhole();
  expect(twice()).toEqual([]);
  await sandbox.stop();
  await database.drop();
  sandbox = await startRoomySandbox();
  database = await createTestDatabase();

  const { first, second } = await roundOfTwo();
  const cards = openCardsOf(1);
  for (const card of cards.slice(0, 3)) expect(await answer(card)).toBe(true);
  // People go on clicking while it dies.
  const killed = first.kill();
  const died = performance.now();
  await Promise.all([killed, answer(cards[3] ?? expect.fail('no card'))]);
  await eventually(
    'an answer that is taken',
    () => answer(cards[4] ?? expect.fail('no card')),
    logs,
    TAKEOVER_MS,
  );
  expect(performance.now() - died).toBeLessThan(TAKEOVER_MS);
  await answerRound(1);
  await eventually('the next round', () => openCardsOf(2).length === 4, logs);
  expect(await outcome()).toEqual(undisturbed);
  expect(twice()).toEqual([]);
  expect(messagesOf(sandbox, 'header', 1)).toHaveLength(1);
  expect(messagesOf(sandbox, 'report', 1)).toHaveLength(1);

  const status = await finkvra(['status'], settings());
  expect(status.stdout).toContain(`Led by process ${second.child.pid} on`);
  const { stdout } = await finkvra(['doctor'], settings());
  expect(stdout).toMatch(new RegExp(`ok +processes +Led by process ${second.child.pid} on`));
});

test('a leader that hangs and wakes after the takeover posts nothing, and waits for its turn', async () => {
  const { first, second } = await roundOfTwo();
  // It hangs while its messages are on their way: what people see changes with every answer.
  for (const card of openCardsOf(1).slice(0, 3)) void answer(card).catch(() => undefined);
  first.child.kill('SIGSTOP');
  await leads(second);
  await answerRound(1);
  await eventually('the next round', () => openCardsOf(2).length === 4, logs);
  const before = sandbox.messages().map(({ ts }) => ts);
  first.child.kill('SIGCONT');
  await eventually('word of the lost lead', () => first.log().includes('does not lead any more'), logs);
  await eventually('wait', () => first.log().includes('waits to take over'), logs);
  expect(sandbox.messages().map(({ ts }) => ts)).toEqual(before);
  expect(twice()).toEqual([]);

  // And it is of use again: it takes over where the other one ends in order, without waiting for a lease.
  const stopped = performance.now();
  expect(await second.stop(), logs()).toBe(0);
  await eventually('lead', () => first.log().includes('this process leads since'), logs);
  await answerRound(2);
  expect(performance.now() - stopped).toBeLessThan(TAKEOVER_MS);
  expect(twice()).toEqual([]);
});

test('a leader whose connection the database ends stops at once, and leads again when its turn comes', async () => {
  const first = serve();
  await leads(first);
  await pull();
  await eventually('cards', () => openCardsOf(1).length === ROUND, logs);
  await endLeadSessions(database.url);
  await eventually('word of the lost lead', () => first.log().includes('does not lead any more'), logs);
  await eventually(
    'the lead again',
    () => first.log().split('this process leads since').length === 3,
    logs,
    TAKEOVER_MS,
  );
  await answerRound(1);
  expect(twice()).toEqual([]);
});
