import { afterEach, beforeEach, expect, test } from 'vitest';
import { findMessage } from '../../src/store/chat/messages.ts';
import { eventually, isOpenCard, messagesOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

const HEADER = 'header:1';
const card = (candidate: number): string => `card:${candidate}`;
const stateOf = async (key: string) => (await findMessage(team.db, key))?.state;
const inDoubt = (key: string) =>
  eventually(`doubt about ${key}`, async () => (await stateOf(key)) === 'unsure');
const times = (key: string): number =>
  team.sandbox.messages().filter(({ metadata }) => metadata?.event_payload.key === key).length;

/** A round whose first message got no answer, in a channel whose history cannot be read. */
beforeEach(async () => {
  team = await startTeam({
    next: 'scheduled',
    bot: {
      people: { labellers: 'everyone', operators: { users: ['U0VERA'], groups: [] } },
      outboxTimes: { settleMs: 200, doubtLookMs: 300, askAfterMs: 600 },
    },
    prepare: async ({ sandbox }) => {
      await sandbox.faults.failNext(1000, { method: 'conversations.history', error: 'missing_scope' });
      await sandbox.faults.loseNextAnswer(1, 'chat.postMessage');
    },
  });
});

const question = () =>
  eventually('question to the operator', () =>
    team.sandbox.messages('D0VERA').find(({ text }) => text.includes('Is this message in the channel?')),
  );
const answer = async (actionId: string): Promise<void> => {
  const { ts, channel } = await question();
  await team.sandbox.act.click({ user: team.vera, ts, channel, actionId });
};

test('a lost message holds up no other, and is not posted again when an operator sees it', async () => {
  await inDoubt(HEADER);
  await team.cards(1, 6);
  await answer('message_there');
  await team.note(team.vera, 'it is not posted again');
  expect(await stateOf(HEADER)).toBe('posted');
  expect(times(HEADER)).toBe(1);
});

test('it is posted again when an operator does not see it', async () => {
  await inDoubt(HEADER);
  const [header] = messagesOf(team.sandbox, 'header', 1);
  if (header === undefined) throw new Error('the sandbox has no header');
  await team.sandbox.act.deleteMessage({ ts: header.ts });
  await answer('message_absent');
  await eventually('the header again', async () => (await stateOf(HEADER)) === 'posted');
  expect(times(HEADER)).toBe(1);
});

test('it is found as soon as the history can be read again', async () => {
  await inDoubt(HEADER);
  await team.sandbox.faults.clear();
  await eventually('the header found', async () => (await stateOf(HEADER)) === 'posted');
  expect(times(HEADER)).toBe(1);
});

test('a click on a card in doubt settles that it is there, and counts', async () => {
  await team.cards(1, 6);
  // As a lost answer to its post would have left it.
  await team.db
    .updateTable('messages')
    .set({ state: 'unsure', ts: null })
    .where('key', '=', card(3))
    .execute();
  const [third] = team.sandbox.messages().filter(({ metadata }) => metadata?.event_payload.key === card(3));
  if (third === undefined) throw new Error('the sandbox has no third card');
  await team.click(team.chandra, third, 'answer_galactic');
  await team.says(third, 'Galactic – ');
  expect(isOpenCard(team.now(third))).toBe(false);
  expect(await findMessage(team.db, card(3))).toMatchObject({ state: 'posted', ts: third.ts });
  expect(times(card(3))).toBe(1);
});
