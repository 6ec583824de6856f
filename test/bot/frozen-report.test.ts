import type { StoredMessage } from 'slack-sandbox';
import { afterEach, expect, test } from 'vitest';
import { readStatus } from '../../src/loop/digest/status.ts';
import { exportCandidates, exportRounds } from '../../src/loop/rounds/export-tables.ts';
import { eventually, messagesOf, subjectOf, textOf } from '../helpers/service.ts';
import { relabel, startTeam, type Team } from '../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

const only = (kind: string, round: number): StoredMessage => {
  const [found] = messagesOf(team.sandbox, kind, round);
  if (found === undefined) throw new Error(`no ${kind} of round ${round}`);
  return found;
};

/** Blocks of a message of round 1, without the names that Slack gives them anew at every change. */
const blocksOf = (kind: string) => only(kind, 1).blocks.map(({ block_id: _, ...block }) => block);

/** All that is said of round 1 in figures, but for what the report says of changes since. */
const said = async () => {
  const [status] = (await readStatus(team.db, new Date(0), null, 'galactic')).closed;
  const rounds = [];
  for await (const row of exportRounds(team.db)) if (row.round === 1) rounds.push(row);
  const shown = [];
  for await (const { round, candid, p_shown, predicted } of exportCandidates(team.db))
    if (round === 1) shown.push({ candid, p_shown, predicted });
  const report = blocksOf('report').filter(({ type }) => type !== 'context');
  return { status, rounds, shown, report, details: blocksOf('report_details'), header: blocksOf('header') };
};

test('a report is frozen whole when its round closes: what is relabelled later is a note beside it', async () => {
  team = await startTeam({ next: 'scheduled', rounds: { answersPerCandidate: 2 } });
  const cards = await team.cards(1, 6);
  for (const [index, card] of cards.entries()) {
    const galactic = index % 2 === 0;
    await team.click(team.vera, card, galactic ? 'answer_galactic' : 'answer_not_galactic');
    await team.click(team.chandra, card, galactic ? 'answer_galactic' : 'answer_not_galactic');
  }
  await eventually('details', () => messagesOf(team.sandbox, 'report_details', 1)[0]);
  await team.says(only('header', 1), '6 of 6 labelled');
  await eventually('closed header', () =>
    ['closed after', '|Report>'].every((words) => textOf(only('header', 1)).includes(words)),
  );
  const before = await said();
  const [card] = cards;
  if (card === undefined) throw new Error('no card');

  // Both voters now stand against the label, and fewer are asked.
  await relabel(team, card, 'not_galactic');
  await team.says(only('report', 1), 'relabelled since: 1');
  await team.restart('galactic', { answersPerCandidate: 1 });
  await relabel(team, cards[2] ?? card, 'not_galactic');
  await team.says(only('report', 1), 'relabelled since: 2');
  expect(await said()).toEqual(before);
  expect(textOf(only('report', 1))).toContain('The figures stay as they were');

  // The next round learns from the labels as they are.
  await team.loop.openRound();
  for (const next of await team.cards(2, 3)) await team.click(team.vera, next, 'answer_not_galactic');
  await eventually('report 2', () => messagesOf(team.sandbox, 'report', 2)[0]);
  expect(textOf(only('report', 2))).toContain('9 labels in all: 1 galactic, 8 not galactic');
  expect(textOf(only('report', 1))).toContain('6 labels in all: 3 galactic, 3 not galactic');
});

test('a candidate’s probability is one figure wherever it stands: card, report and export', async () => {
  team = await startTeam({ next: 'scheduled' });
  for (const [index, card] of (await team.cards(1, 6)).entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
  await eventually('details 1', () => messagesOf(team.sandbox, 'report_details', 1)[0]);
  // No model had seen these, and the report does not pretend that one had.
  expect(textOf(only('report_details', 1))).not.toContain('the model had said');
  await team.loop.openRound();
  const cards = await team.cards(2, 3);
  const shown = new Map<string, number>();
  for await (const { round, candid, p_shown } of exportCandidates(team.db))
    if (round === 2 && p_shown !== null) shown.set(candid, Math.round(100 * p_shown));
  expect(shown.size).toBe(3);
  // Against what the model thinks, so that the report has a hardest case.
  for (const card of cards) {
    const galactic = (shown.get(subjectOf(card).candid) ?? 0) >= 50;
    await team.click(team.vera, card, galactic ? 'answer_not_galactic' : 'answer_galactic');
  }
  const details = await eventually('details 2', () => messagesOf(team.sandbox, 'report_details', 2)[0]);
  for (const card of cards)
    await team.says(card, new RegExp(`P\\(galactic\\)\\s${shown.get(subjectOf(card).candid)}\\s%`));
  const hardest = /the model had said P\(galactic\)\s(\d+)\s%/.exec(textOf(details))?.[1];
  expect([...shown.values()]).toContain(Number(hardest));
});

test('agreement with the model counts no answer of somebody who could see what it thinks', async () => {
  team = await startTeam({ next: 'scheduled', rounds: { hints: 'before' } });
  const answer = async (round: number, count: number): Promise<string> => {
    for (const [index, card] of (await team.cards(round, count)).entries())
      await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
    return textOf(await eventually('details', () => messagesOf(team.sandbox, 'report_details', round)[0]));
  };
  expect(await answer(1, 6)).not.toMatch(/answers right|not counted/);
  await team.loop.openRound();
  const details = await answer(2, 3);
  expect(details).not.toContain('answers right');
  expect(details).toContain('is not counted: everybody could see its probability');
});

test('a report says how many answers were not sure and of which objects, and that they count as any other', async () => {
  team = await startTeam({ next: 'scheduled' });
  const [doubtful, ...others] = await team.cards(1, 6);
  if (doubtful === undefined) throw new Error('no card');
  const { candidateId, objectId } = {
    candidateId: Number(doubtful.metadata?.event_payload.candidate),
    objectId: subjectOf(doubtful).object,
  };
  const remark = { note: null, unsure: true };
  await team.loop.answer({ candidateId, userId: team.vera, userName: 'Vera', answer: 'galactic', remark });
  for (const [index, card] of others.entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
  await eventually('details', () => messagesOf(team.sandbox, 'report_details', 1)[0]);
  expect(textOf(only('report', 1))).toContain('6 labels in all');
  expect(textOf(only('report', 1))).toContain('; 1 of 6 answers not sure in this round');
  const details = textOf(only('report_details', 1));
  expect(details).toContain('*Not sure* 1');
  expect(details).toContain(objectId);
  expect(details).toContain('Galactic; not sure: Vera');
  expect(details).toContain('Answers given as not sure count as any other');
  // A round in which everybody was sure says nothing of it.
  await team.loop.openRound();
  for (const card of await team.cards(2, 3)) await team.click(team.vera, card, 'answer_galactic');
  await eventually('details 2', () => messagesOf(team.sandbox, 'report_details', 2)[0]);
  expect(textOf(only('report_details', 2))).not.toMatch(/not sure/i);
});
