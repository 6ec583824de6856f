import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  isOpenCard,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';

const FIRST_ROUND = 12;
const HOUR_MS = 3_600_000;

interface Label {
  readonly object_id: string;
  readonly label: string;
  readonly user_id: string;
}

describe(`whatever happens, no answer is lost and nothing is posted twice (${scenario.name})`, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let env: Record<string, string>;
  let sandbox: Sandbox;
  let service: RunningService;

  beforeEach(async () => {
    folder = temporaryFolder();
    sandbox = await startRoomySandbox({
      port: 0,
      databasePath: ':memory:',
      // The chat's clock is not ours: nothing may depend on the two agreeing.
      clock: () => new Date(Date.now() - HOUR_MS),
    });
    env = {
      DATA_DIR: folder.path,
      SOURCE: 'none',
      NEXT_ROUND: 'at-once',
      FIRST_ROUND_SIZE: String(FIRST_ROUND),
      ROUND_SIZE: '4',
      ...slackSettings(sandbox),
    };
    await scenario.load(folder.path);
    service = startService(env);
  });

  afterEach(async () => {
    await service.stop();
    await sandbox.stop();
    folder.remove();
  });

  const user = (index: number): string => sandbox.users[index % sandbox.users.length]?.id ?? '';

  const wholeRound = (round: number, size: number) =>
    eventually(
      `${size} cards of round ${round}`,
      () => {
        const cards = messagesOf(sandbox, 'card', round);
        return cards.length >= size && cards;
      },
      service.log,
    );

  const firstRound = () => wholeRound(1, FIRST_ROUND);

  const answer = (card: Parameters<typeof subjectOf>[0] & { ts: string }, who = 0) =>
    sandbox.act.click({ user: user(who), ts: card.ts, actionId: scenario.rightAnswer(subjectOf(card)) });

  const labels = async (): Promise<Label[]> =>
    JSON.parse((await finkvra(['export', 'labels', '--format', 'json'], env)).stdout);

  const headerSays = (words: string) => () =>
    messagesOf(sandbox, 'header', 1).some((header) => textOf(header).includes(words));

  const decided = (ts: string) => () =>
    sandbox.messages().some((message) => message.ts === ts && !isOpenCard(message));

  test('a double click and a repeated delivery count once', async () => {
    const [card] = await firstRound();
    if (card === undefined) throw new Error('no card');
    await sandbox.faults.duplicateNextEnvelopes(1);
    const click = { user: user(0), ts: card.ts, actionId: 'answer_galactic' };
    await Promise.all([sandbox.act.click(click), sandbox.act.click({ ...click, stale: true })]);
    await eventually('decided card', decided(card.ts), service.log);
    expect(await labels()).toHaveLength(1);
    expect(sandbox.ephemerals()).toHaveLength(0);
    await eventually('header', headerSays('1 of 12 labelled'), service.log);
  });

  test('a skipped candidate is replaced, and the round still asks for its full size', async () => {
    const [card, ...others] = await firstRound();
    if (card === undefined) throw new Error('no card');
    await sandbox.act.click({ user: user(0), ts: card.ts, actionId: 'answer_skip' });
    const cards = await wholeRound(1, FIRST_ROUND + 1);
    const replacement = cards[FIRST_ROUND];
    if (replacement === undefined) throw new Error('no replacement');
    const earlier = [card, ...others].map((one) => subjectOf(one).object);
    expect(earlier).not.toContain(subjectOf(replacement).object);
    for (const open of openCards(sandbox)) await answer(open);
    const report = await eventually('report', () => messagesOf(sandbox, 'report', 1)[0], service.log);
    expect(textOf(report)).toContain(`${FIRST_ROUND} labels in all`);
    expect(textOf(report)).toContain('1 skipped in this round');
  });

  test('killed while the model trains, it trains again and reports once', async () => {
    for (const card of await firstRound()) await answer(card);
    await service.kill();
    service = startService(env);
    await eventually('report', () => messagesOf(sandbox, 'report', 1)[0], service.log);
    await wholeRound(2, 4);
    expect(messagesOf(sandbox, 'report')).toHaveLength(1);
    expect(await labels()).toHaveLength(FIRST_ROUND);
  });

  test('killed right after a disagreement was acknowledged, it comes back with it on the card', async () => {
    const [card] = await firstRound();
    if (card === undefined) throw new Error('no card');
    await sandbox.act.click({ user: user(0), ts: card.ts, actionId: 'answer_galactic' });
    await eventually('decided card', decided(card.ts), service.log);
    await sandbox.act.click({ user: user(1), ts: card.ts, actionId: 'answer_not_galactic', stale: true });
    const note = await eventually('private note', () => sandbox.ephemerals(user(1))[0], service.log);
    await sandbox.faults.failNext(1000, { method: 'chat.update', status: 503 });
    await sandbox.faults.failNext(1000, { method: 'response_url', status: 503 });
    const click = await sandbox.act.click({ user: user(1), ts: note.ts, actionId: 'disagree' });
    await service.kill();
    expect(click.outcome).toBe('acknowledged');
    const cardNow = () => sandbox.messages().find(({ ts }) => ts === card.ts) ?? card;
    expect(textOf(cardNow())).not.toContain('Disputed');
    await sandbox.faults.clear();

    service = startService(env);
    await eventually(
      'disputed card',
      () => /Disputed by [^"]+: Not galactic/.test(textOf(cardNow())),
      service.log,
    );
    await eventually('header', headerSays('1 of 12 labelled, 1 disputed'), service.log);
    expect(await labels()).toMatchObject([{ user_id: user(0) }]);
  });

  test('connections that drop and are refreshed lose no click', async () => {
    const cards = await firstRound();
    for (const [index, card] of cards.entries()) {
      if (index === 3) await sandbox.faults.refreshConnections('one');
      if (index === 7) {
        // With both gone a click meets nobody; Slack says so and the person clicks again.
        await sandbox.faults.dropConnections();
        // Or it met somebody whose word that it did got lost: then the card says so, and has no buttons left.
        await eventually(
          'answer',
          async () => decided(card.ts)() || (await answer(card)).outcome === 'acknowledged',
          service.log,
        );
      } else {
        expect((await answer(card)).outcome).toBe('acknowledged');
      }
    }
    await eventually('report', () => messagesOf(sandbox, 'report', 1)[0], service.log);
    expect(await labels()).toHaveLength(FIRST_ROUND);
  });

  test('a second service on the same folder is refused, and Ctrl-C ends the first one cleanly', async () => {
    await firstRound();
    const second = startService(env);
    await eventually('refusal', () => second.log().includes('Another finkvra service'));
    expect(await second.stop()).not.toBe(0);
    expect(await service.stop()).toBe(0);
    service = startService(env);
    await eventually('reconnection', () => sandbox.connections() > 0, service.log);
    expect(messagesOf(sandbox, 'card', 1)).toHaveLength(FIRST_ROUND);
  });
});
