import { afterEach, expect, test } from 'vitest';
import { readTrouble } from '../../src/store/chat/channel-trouble.ts';
import { eventually, messagesOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

const keysIn = (channel?: string): unknown[] =>
  team.sandbox
    .messages(channel)
    .map(({ metadata }) => metadata?.event_payload.key)
    .filter((key) => key !== undefined);

test('an open card that somebody deleted is there again after a start, and the round can be finished', async () => {
  team = await startTeam({ next: 'scheduled' });
  const [first, ...others] = await team.cards(1, 6);
  if (first === undefined) throw new Error('no card');
  await team.sandbox.act.deleteMessage({ ts: first.ts });
  await team.restart('galactic');
  const cards = await team.cards(1, 6);
  const again = cards.find(({ ts }) => !others.some((one) => one.ts === ts));
  if (again === undefined) throw new Error('the card is not there again');
  expect(again.metadata?.event_payload.key).toBe(first.metadata?.event_payload.key);
  for (const [index, card] of cards.entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
  await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
  expect(new Set(keysIn()).size).toBe(keysIn().length);
});

test('an open round moves with the channel: open cards are posted there, and the round can be finished', async () => {
  team = await startTeam({ next: 'scheduled' });
  const [first] = await team.cards(1, 6);
  if (first === undefined) throw new Error('no card');
  await team.click(team.vera, first, 'answer_galactic');
  await team.says(first, 'Galactic – Vera');
  const { id } = await team.sandbox.act.createChannel({ name: 'labelling' });
  await team.restart('galactic', { channel: id });
  await eventually('five open cards and the header there', () => keysIn(id).length === 6);
  const cards = team.sandbox.messages(id).filter(({ metadata }) => metadata?.event_payload.kind === 'card');
  for (const [index, card] of cards.entries())
    await team.sandbox.act.click({
      user: team.vera,
      ts: card.ts,
      channel: id,
      actionId: index % 2 === 0 ? 'answer_not_galactic' : 'answer_galactic',
    });
  await eventually('report', () => keysIn(id).includes('report:1'));
});

test('an archived channel is told to an operator, in status and in Home, and what waited is posted after it', async () => {
  team = await startTeam({
    next: 'scheduled',
    bot: {
      people: { labellers: 'everyone', operators: { users: ['U0VERA'], groups: [] } },
    },
  });
  await team.cards(1, 6);
  await team.sandbox.act.archiveChannel();
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  await team.loop.answer({
    candidateId: Number(card.metadata?.event_payload.candidate),
    userId: team.vera,
    userName: 'Vera',
    answer: 'galactic',
  });
  await team.direct(team.vera, 'cannot post to its channel');
  expect(await readTrouble(team.db)).toHaveLength(1);
  await team.sandbox.act.openHome({ user: team.vera });
  await eventually('warning in Home', () =>
    JSON.stringify(team.sandbox.home(team.vera) ?? '').includes('Nothing can be posted since'),
  );
  await team.sandbox.act.unarchiveChannel();
  await eventually('changed card', () => textOf(team.now(card)).includes('Galactic – Vera'));
  await eventually('end of the trouble', async () => (await readTrouble(team.db)).length === 0);
});
