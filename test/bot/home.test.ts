import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredMessage } from 'slack-sandbox';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { homesOpenedSince } from '../../src/store/chat/people.ts';
import { eventually, messagesOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
const pictures = createPictureClient();
afterAll(() => pictures.close());

const homeOf = (user: string): string => JSON.stringify(team.sandbox.home(user) ?? null);
const homeSays = (user: string, words: string) =>
  eventually(
    `Home tab that says "${words}"`,
    () => homeOf(user).includes(words),
    () => homeOf(user),
  );
const answerAll = async (cards: readonly StoredMessage[]): Promise<void> => {
  for (const [index, card] of cards.entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
};

beforeAll(async () => {
  team = await startTeam({ next: 'scheduled', pictures });
});
afterEach(() => team.sandbox.faults.clear());
afterAll(() => team.stop());

test('a Home tab that was opened once changes by itself: answers, the round’s end, the next round, a pause', async () => {
  const cards = await team.cards(1, 6);
  await team.sandbox.act.openHome({ user: team.chandra });
  await homeSays(team.chandra, '0 of 6 labelled');
  const [first, ...rest] = cards;
  if (first === undefined) throw new Error('no card');

  await team.click(team.vera, first, 'answer_galactic');
  await homeSays(team.chandra, '1 of 6 labelled');
  await homeSays(team.chandra, '5 candidates waiting');

  await answerAll(rest);
  await homeSays(team.chandra, 'No round is open');
  await homeSays(team.chandra, 'Accuracy ');
  await homeSays(team.chandra, '*Vera* 6 labels');

  await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: 'pause' });
  await homeSays(team.chandra, 'paused');
  await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: 'resume' });
  await eventually('a Home tab without the pause', () => !homeOf(team.chandra).includes('paused'));
  await team.loop.openRound();
  await homeSays(team.chandra, '0 of 3 labelled');
  // The links are there once the cards are, and one to the last report.
  await team.cards(2, 3);
  await eventually('links', () => homeOf(team.chandra).match(/archives\/C0FINKVRA\/p\d+/g)?.length === 4);
});

test('nobody else’s tab is drawn', async () => {
  expect(team.sandbox.home(team.cecilia)).toBeUndefined();
  expect(await homesOpenedSince(team.db, '2020-01-01')).toEqual([team.chandra]);
});

test('the curve is the one that the report has shared, and a refused picture leaves the rest', async () => {
  // The report comes as a picture where the chat draws no chart.
  await team.sandbox.faults.refuseBlockTypes(['data_visualization']);
  await answerAll(await team.cards(2, 3));
  await homeSays(team.chandra, 'slack_file');
  expect(team.sandbox.placeholders({ user: team.chandra, view: 'home' })).toEqual([]);
  await team.sandbox.faults.refuseBlockTypes(['image']);
  await team.sandbox.act.openHome({ user: team.cecilia });
  await homeSays(team.cecilia, 'No round is open');
  expect(homeOf(team.cecilia)).not.toContain('slack_file');
});

test('without a shared curve it says how the accuracy went, and links to the report', async () => {
  await team.loop.openRound();
  await team.sandbox.faults.refuseUploads(true);
  await answerAll(await team.cards(3, 3));
  await eventually('report', () => messagesOf(team.sandbox, 'report', 3)[0]);
  await homeSays(team.chandra, 'The last rounds');
  await eventually('link to the report', () =>
    /archives\/C0FINKVRA\/p\d+\|Report of round 3/.test(homeOf(team.chandra)),
  );
  expect(team.sandbox.placeholders({ user: team.chandra, view: 'home' })).toEqual([]);
});

test('tabs that cannot be drawn hold up no round, and are drawn when the next thing happens', async () => {
  await team.sandbox.faults.failNext(1000, { method: 'views.publish', error: 'internal_error' });
  await team.loop.openRound();
  const [first, ...rest] = await team.cards(4, 3);
  if (first === undefined) throw new Error('no card');
  await team.click(team.vera, first, 'answer_galactic');
  await team.says(first, 'Galactic – Vera');
  await team.sandbox.faults.clear();
  await answerAll(rest);
  await eventually('report', () => messagesOf(team.sandbox, 'report', 4)[0]);
  await homeSays(team.chandra, 'No round is open');
  await homeSays(team.cecilia, 'No round is open');
});

test('asked to wait, it waits; many changes together are few drawings', async () => {
  await team.loop.openRound();
  const cards = await team.cards(5, 3);
  await homeSays(team.chandra, '0 of 3 labelled');
  await sleep(2500);
  await team.sandbox.faults.rateLimitNext(1, 'views.publish', 1);
  let drawings = 0;
  let last = homeOf(team.chandra);
  const count = setInterval(() => {
    const now = homeOf(team.chandra);
    if (now !== last) drawings += 1;
    last = now;
  }, 5);
  for (let time = 0; time < 4; time += 1) {
    for (const card of cards.slice(0, 2)) {
      await team.click(team.vera, card, 'answer_galactic');
      await team.says(card, 'Galactic – Vera');
      if (time < 3) {
        await team.click(team.vera, card, 'undo_answer');
        await eventually('open card', () => JSON.stringify(team.now(card)).includes('answer_galactic'));
      }
    }
  }
  await homeSays(team.chandra, '2 of 3 labelled');
  clearInterval(count);
  expect(drawings).toBeLessThan(7);
});
