import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, messagesOf, subjectOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;

const answerRound = async (round: number, size: number): Promise<void> => {
  for (const [index, card] of (await team.cards(round, size)).entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
  await eventually(`report ${round}`, () => messagesOf(team.sandbox, 'report', round)[0]);
};

beforeAll(async () => {
  const people = {
    labellers: { users: [], groups: ['S0ASTRONOMERS'] },
    operators: { users: ['U0VERA'], groups: [] },
  };
  team = await startTeam({ next: 'scheduled', bot: { people } });
  await answerRound(1, 6);
  await team.loop.openRound();
  await answerRound(2, 3);
  await team.loop.promote(2);
});
afterEach(() => team.sandbox.faults.clear());
afterAll(() => team.stop());

describe('a question whether to promote a model', () => {
  const press = async (user: string, round: string): Promise<void> => {
    const ts = await team.post([{ action_id: 'promote_model', value: round }]);
    await team.sandbox.act.click({ user, ts, actionId: 'promote_model' });
  };

  test('is not answered by those who do not run the loop: they are told whom to ask', async () => {
    await press(team.chandra, '1');
    await team.note(team.chandra, 'Only <@U0VERA> may do this');
  });

  test('asked long ago brings no older model back, and says which one is the champion', async () => {
    await press(team.vera, '1');
    await team.note(team.vera, 'The champion is the model of round 2 by now');
    await press(team.vera, '2');
    await team.note(team.vera, 'The model of round 2 is the champion already');
    const promoted = await team.db.selectFrom('models').select('promoted_at').orderBy('id').execute();
    const [first, second] = promoted.map(({ promoted_at }) => promoted_at ?? '');
    expect((second ?? '') > (first ?? '')).toBe(true);
  });

  test('about a model that is not there says so', async () => {
    await press(team.vera, '99');
    await team.note(team.vera, 'Not promoted: Round 99 has no model');
  });
});

describe('a submitted correction', () => {
  const objectOf = (index: number): string => {
    const card = messagesOf(team.sandbox, 'card', 1)[index];
    if (card === undefined) throw new Error('no card');
    return subjectOf(card).object;
  };
  const open = async (user: string, index: number): Promise<void> => {
    await team.sandbox.act.command({ user, command: '/finkvra', text: `relabel ${objectOf(index)}` });
    await eventually('modal', () => team.sandbox.modals(user).length === 1);
  };
  const submit = (user: string) =>
    team.sandbox.act.submit({ user, values: { relabel_answer: 'agn', relabel_note: '' } });
  const corrections = () => team.db.selectFrom('corrections').select('object_id').execute();

  test('delivered twice is one correction with one note', async () => {
    await open(team.chandra, 0);
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    const before = team.sandbox.ephemerals(team.chandra).length;
    expect((await submit(team.chandra)).outcome).toBe('acknowledged');
    await team.note(team.chandra, 'is now *Not galactic: AGN*');
    expect(await corrections()).toHaveLength(1);
    expect(team.sandbox.ephemerals(team.chandra)).toHaveLength(before + 1);
  });

  test('that the store does not take is said in the modal, which stays open for another try', async () => {
    await open(team.chandra, 1);
    await team.db.schema.alterTable('corrections').renameTo('corrections_away').execute();
    const refused = await submit(team.chandra);
    await team.db.schema.alterTable('corrections_away').renameTo('corrections').execute();
    expect(refused.errors?.relabel_answer).toContain('This was not stored');
    expect(team.sandbox.modals(team.chandra)).toHaveLength(1);
    expect((await submit(team.chandra)).errors).toBeUndefined();
    await eventually('correction', async () => (await corrections()).length === 2);
  });

  test('is confirmed in the conversation with the bot where the channel takes no note', async () => {
    await open(team.chandra, 2);
    await team.sandbox.faults.failNext(1, { method: 'chat.postEphemeral', error: 'user_not_in_channel' });
    await submit(team.chandra);
    await eventually('message', () =>
      team.sandbox.messages('D0CHANDRA').some(({ text }) => text.includes('is now *Not galactic: AGN*')),
    );
  });
});
