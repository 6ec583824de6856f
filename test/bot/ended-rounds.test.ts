import type { StoredMessage } from 'slack-sandbox';
import { afterEach, expect, test } from 'vitest';
import { countLabels } from '../../src/store/answers/labels.ts';
import { eventually, isOpenCard, messagesOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

const start = async (options: TeamOptions = {}): Promise<StoredMessage[]> => {
  team = await startTeam(options);
  return team.cards(1, 6);
};
const at = (cards: readonly StoredMessage[], index: number): StoredMessage => {
  const card = cards[index];
  if (card === undefined) throw new Error(`there is no card ${index}`);
  return card;
};
const command = (text: string) => team.sandbox.act.command({ user: team.vera, command: '/finkvra', text });
const header = (round: number): StoredMessage => at(messagesOf(team.sandbox, 'header', round), 0);
const answerSome = async (cards: readonly StoredMessage[], count: number): Promise<void> => {
  for (const [index, card] of cards.slice(0, count).entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
};

test('an operator ends a round: what was answered trains, the rest is asked no more, the next one opens', async () => {
  const cards = await start();
  await answerSome(cards, 4);
  await command('close');
  await team.note(team.vera, 'Round 1 is closed early: 2 open candidates are withdrawn');
  const report = await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
  expect(textOf(report)).toContain('4 labels in all');
  await team.says(at(cards, 5), 'Withdrawn: the round was closed before it was answered');
  expect(isOpenCard(team.now(at(cards, 5)))).toBe(false);
  await team.says(header(1), 'Closed early by Vera');
  await team.cards(2, 3);
});

test('an operator gives a round up: no report, its answers are kept, the next one opens', async () => {
  const cards = await start();
  await answerSome(cards, 2);
  await command('close abandon');
  await team.note(team.vera, 'Round 1 is abandoned: 4 open candidates');
  await team.says(header(1), 'Abandoned by Vera');
  await team.cards(2, 3);
  expect(messagesOf(team.sandbox, 'report')).toHaveLength(0);
  expect(await countLabels(team.db, 'galactic')).toEqual({ positive: 1, negative: 1, withoutClass: 0 });
  // A click on a card that somebody still has in front of them.
  await team.click(team.chandra, at(cards, 5), 'answer_galactic', true);
  await team.note(team.chandra, 'was withdrawn, so nothing was stored');
  await command('status');
  await team.note(team.vera, 'Round 2: 0 of 3 labelled');
});

test('close says what there is to close, and what it does not know', async () => {
  await start({ next: 'scheduled' });
  await command('close everything');
  await team.note(team.vera, 'Say `/finkvra close`');
  await command('close');
  await team.note(team.vera, 'Round 1 is closed early');
  await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
  await command('close');
  await team.note(team.vera, 'No round is open');
});

test('an undone skip takes its unanswered replacement back', async () => {
  const cards = await start();
  await team.click(team.vera, at(cards, 0), 'answer_skip');
  const replacement = at(await team.cards(1, 7), 6);
  await team.says(at(cards, 0), 'Skipped – Vera');
  await team.click(team.vera, at(cards, 0), 'undo_answer');
  await team.says(replacement, 'Withdrawn: the skip that it replaced was undone');
  await team.says(header(1), '0 of 6 labelled');
  await answerSome(cards, 6);
  await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
});

test('an undone skip whose replacement somebody has answered leaves it be', async () => {
  const cards = await start();
  await team.click(team.vera, at(cards, 0), 'answer_skip');
  const replacement = at(await team.cards(1, 7), 6);
  await team.click(team.chandra, replacement, 'answer_galactic');
  await team.says(replacement, 'Galactic – ');
  await team.click(team.vera, at(cards, 0), 'undo_answer');
  await team.says(header(1), '1 of 7 labelled');
  expect(textOf(team.now(replacement))).toContain('Galactic – ');
});

test('fewer answers a candidate than before: what has enough is decided at the next start', async () => {
  const cards = await start({ rounds: { answersPerCandidate: 2 } });
  await answerSome(cards, 5);
  await team.says(at(cards, 4), '1 of 2 answers');
  await team.restart('galactic', { answersPerCandidate: 1 });
  await team.says(at(cards, 4), 'Galactic – Vera');
  await team.says(header(1), '5 of 6 labelled');
  await team.click(team.vera, at(cards, 5), 'answer_not_galactic');
  await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
});

test('fewer answers a candidate than before may finish the round', async () => {
  const cards = await start({ rounds: { answersPerCandidate: 2 } });
  await answerSome(cards, 6);
  await team.says(at(cards, 5), '1 of 2 answers');
  await team.restart('galactic', { answersPerCandidate: 1 });
  const report = await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
  expect(textOf(report)).toContain('6 labels in all');
});
