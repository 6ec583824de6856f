import type { StoredMessage } from 'slack-sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { createPictureClient, type PictureClient } from '../../src/pictures/picture-client.ts';
import { answersTo } from '../../src/store/answers/answers.ts';
import { countLabels } from '../../src/store/answers/labels.ts';
import { eventually, isOpenCard, messagesOf, subjectOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

let team: Team;
let pictures: PictureClient | null = null;
afterEach(async () => {
  await team.stop();
  await pictures?.close();
  pictures = null;
});

const start = async (options: TeamOptions = {}): Promise<StoredMessage[]> => {
  team = await startTeam({ next: 'scheduled', rounds: { firstSize: 3 }, ...options });
  return team.cards(1, options.rounds?.firstSize ?? 3);
};

/** The modal that somebody has on top, as text. */
const modalOf = (user: string): string =>
  JSON.stringify(team.sandbox.modals(user).at(-1) ?? null).replaceAll('\u00a0', ' ');
const modalSays = (user: string, words: string) =>
  eventually(
    `a form that says "${words}"`,
    () => modalOf(user).includes(words),
    () => modalOf(user),
  );
const begin = async (user: string, words = 'Label: 1 of 3'): Promise<void> => {
  await team.sandbox.act.command({ user, command: '/finkvra', text: 'label' });
  await modalSays(user, words);
};
const press = (user: string, actionId: string) => team.sandbox.act.click({ user, view: 'top', actionId });
const idOf = (card: StoredMessage | undefined): number => Number(card?.metadata?.event_payload.candidate);
const nameOf = (card: StoredMessage | undefined): string =>
  card === undefined ? '' : subjectOf(card).object;
const at = (cards: readonly StoredMessage[], index: number): StoredMessage => {
  const card = cards[index];
  if (card === undefined) throw new Error(`there is no card ${index}`);
  return card;
};
const modalNames = (user: string, card: StoredMessage) => modalSays(user, nameOf(card));
const labels = () => countLabels(team.db, 'galactic');

describe('/finkvra label', () => {
  test('walks one through what waits for one, and ends with what one has done', async () => {
    const cards = await start();
    await begin(team.vera);
    await modalNames(team.vera, at(cards, 0));
    for (const answer of ['galactic', 'not_galactic', 'agn', 'varstar', 'bogus', 'unclear', 'skip'])
      expect(modalOf(team.vera)).toContain(`"answer_${answer}"`);
    expect((await press(team.vera, 'answer_galactic')).outcome).toBe('acknowledged');
    await modalSays(team.vera, 'Label: 2 of 3');
    await modalSays(team.vera, `${nameOf(at(cards, 0))}: Galactic – Vera`);
    await modalNames(team.vera, at(cards, 1));
    await team.says(at(cards, 0), 'Galactic – Vera');
    await press(team.vera, 'answer_agn');
    await modalSays(team.vera, 'Label: 3 of 3');
    await press(team.vera, 'answer_varstar');
    await modalSays(team.vera, 'Thank you! 3 answers: 2 galactic, 1 not galactic');
    expect(modalOf(team.vera)).toMatch(/Round 1 is answered|Round 1 is closed/);
    expect(await labels()).toEqual({ positive: 2, negative: 1, withoutClass: 0 });
  });

  test('shows pictures that people see there, and else links to the card', async () => {
    pictures = createPictureClient();
    const cards = await start({ pictures });
    await begin(team.vera);
    expect(modalOf(team.vera)).toContain('slack_file');
    expect(team.sandbox.placeholders({ user: team.vera, view: 'top' })).toEqual([]);
    // One that was never posted: the card went out without it.
    const file = await team.db.selectFrom('uploads').select('file_id').executeTakeFirstOrThrow();
    await team.db.updateTable('uploads').set({ file_id: 'F0NOBODY' }).execute();
    expect(file.file_id).not.toBeNull();
    await press(team.vera, 'answer_galactic');
    await modalSays(team.vera, 'Label: 2 of 3');
    expect(modalOf(team.vera)).not.toContain('slack_file');
    expect(modalOf(team.vera)).toContain(`p${at(cards, 1).ts.replace('.', '')}|on its card`);
  });

  test('begins too from the header, and from the end of a round where the next one is open', async () => {
    await start({ next: 'at-once' });
    const header = at(messagesOf(team.sandbox, 'header', 1), 0);
    await team.sandbox.act.click({ user: team.chandra, ts: header.ts, actionId: 'review_begin' });
    await modalSays(team.chandra, 'Label: 1 of 3');
    for (const [index, answer] of ['answer_galactic', 'answer_not_galactic', 'answer_galactic'].entries()) {
      await modalSays(team.chandra, `Label: ${index + 1} of 3`);
      await press(team.chandra, answer);
    }
    await modalSays(team.chandra, 'Thank you! 3 answers');
    await team.cards(2, 3);
    await begin(team.chandra, 'Label: 1 of 3');
    expect(modalOf(team.chandra)).toContain('Round 2');
  });

  test('begins from the Home tab, too', async () => {
    await start();
    await team.sandbox.act.openHome({ user: team.vera });
    await eventually('home', () => JSON.stringify(team.sandbox.home(team.vera) ?? '').includes('Label next'));
    await team.sandbox.act.click({ user: team.vera, view: 'home', actionId: 'review_begin' });
    await modalSays(team.vera, 'Label: 1 of 3');
  });

  test('takes a key pressed twice for no second opinion', async () => {
    const cards = await start();
    await begin(team.vera);
    const view = String(team.sandbox.modals(team.vera).at(-1)?.id);
    const [first, second] = await Promise.all(
      ['answer_galactic', 'answer_not_galactic'].map((actionId) =>
        team.sandbox.act.click({ user: team.vera, view, actionId }),
      ),
    );
    expect([first?.outcome, second?.outcome]).toEqual(['acknowledged', 'acknowledged']);
    await modalNames(team.vera, at(cards, 1));
    expect(await answersTo(team.db, idOf(cards[0]))).toHaveLength(1);
  });

  test('passes over what one is in doubt about: it comes again after the others', async () => {
    const cards = await start();
    await begin(team.vera);
    await press(team.vera, 'review_later');
    await modalNames(team.vera, at(cards, 1));
    await press(team.vera, 'answer_galactic');
    await modalNames(team.vera, at(cards, 2));
    await press(team.vera, 'answer_not_galactic');
    await modalNames(team.vera, at(cards, 0));
    expect(modalOf(team.vera)).toContain('Label: 3 of 3');
    expect(modalOf(team.vera)).not.toContain('review_later');
  });

  test('takes the last answer back, and shows that candidate again', async () => {
    const cards = await start();
    await begin(team.vera);
    await press(team.vera, 'answer_bogus');
    await modalSays(team.vera, 'Bogus – Vera');
    await press(team.vera, 'undo_answer');
    await modalSays(team.vera, 'Undone');
    await modalNames(team.vera, at(cards, 0));
    await eventually('open card', () => isOpenCard(team.now(at(cards, 0))));
    expect(await labels()).toEqual({ positive: 0, negative: 0, withoutClass: 0 });
  });

  test('a button delivered twice answers once', async () => {
    const cards = await start();
    await begin(team.vera);
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await press(team.vera, 'answer_galactic');
    await modalSays(team.vera, 'Label: 2 of 3');
    await team.says(at(cards, 0), 'Galactic – Vera');
    expect(await answersTo(team.db, idOf(cards[0]))).toHaveLength(1);
    expect(await answersTo(team.db, idOf(cards[1]))).toHaveLength(0);
  });

  test('on a candidate that was decided meanwhile says so and goes on', async () => {
    const cards = await start();
    await begin(team.vera);
    await team.click(team.chandra, at(cards, 0), 'answer_not_galactic');
    await team.says(at(cards, 0), 'Not galactic – Subrahmanyan');
    await press(team.vera, 'answer_galactic');
    await modalSays(team.vera, `${nameOf(at(cards, 0))} was decided first: Not galactic`);
    await modalNames(team.vera, at(cards, 1));
    expect(await labels()).toEqual({ positive: 0, negative: 1, withoutClass: 0 });
  });

  test('leads nobody: what the model and others think is told in the next step', async () => {
    const cards = await start({ rounds: { firstSize: 3, answersPerCandidate: 2 } });
    await team.db.updateTable('candidates').set({ p: 0.61 }).execute();
    await team.db.updateTable('rounds').set({ model_id: null }).execute();
    await team.click(team.chandra, at(cards, 0), 'answer_not_galactic');
    await team.says(at(cards, 0), '1 of 2 answers');
    await begin(team.vera);
    expect(modalOf(team.vera)).not.toContain('Subrahmanyan: Not galactic');
    await press(team.vera, 'answer_galactic');
    await modalSays(team.vera, `${nameOf(at(cards, 0))}: No class: tie`);
    await team.sandbox.act.command({ user: team.cecilia, command: '/finkvra', text: 'label' });
    await modalSays(team.cecilia, 'Label: 1 of');
    await press(team.cecilia, 'answer_galactic');
    await modalSays(team.cecilia, 'Kept: 1 of 2 answers');
  });

  test('says where things stand when nothing waits, and is refused to those who may not label', async () => {
    const people = {
      labellers: { users: ['U0VERA'], groups: [] },
      operators: { users: ['U0VERA'], groups: [] },
    };
    const cards = await start({ bot: { people } });
    const header = at(messagesOf(team.sandbox, 'header', 1), 0);
    await team.sandbox.act.click({ user: team.chandra, ts: header.ts, actionId: 'review_begin' });
    await team.note(team.chandra, 'Labels are given by <@U0VERA>');
    for (const card of cards) await team.click(team.vera, card, 'answer_galactic');
    await eventually('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
    await begin(team.vera, 'No round is open');
  });

  test('that Slack cannot show says how to go on, and the answer is kept', async () => {
    const cards = await start();
    await begin(team.vera);
    await team.sandbox.faults.failNext(10, { method: 'views.update', error: 'internal_error' });
    await press(team.vera, 'answer_galactic');
    await team.note(team.vera, 'Your step is stored');
    await team.sandbox.faults.clear();
    expect(await labels()).toMatchObject({ positive: 1 });
    await press(team.vera, 'answer_galactic');
    await modalNames(team.vera, at(cards, 1));
  });
});

describe('a comment', () => {
  const fill = (user: string, note: string, answer: string, unsure = true) =>
    team.sandbox.act.submit({
      user,
      values: { remark_answer: answer, remark_note: note, remark_unsure: unsure ? ['unsure'] : [] },
    });
  const open = async (user: string, card: StoredMessage): Promise<void> => {
    await team.choose(user, card, 'remark');
    await modalSays(user, 'Answer and comment');
  };

  test('goes with an answer in two clicks; the card shows it once it is decided, and Undo takes it along', async () => {
    const card = at(await start(), 0);
    await open(team.vera, card);
    expect((await fill(team.vera, 'a <host> north of it', 'not_galactic')).outcome).toBe('acknowledged');
    await team.says(card, 'Not galactic – Vera');
    await team.says(card, 'Vera: not sure, “a &lt;host&gt; north of it”');
    expect(await labels()).toMatchObject({ negative: 1 });
    await team.click(team.vera, card, 'undo_answer');
    await eventually('open card', () => isOpenCard(team.now(card)));
    await team.click(team.vera, card, 'answer_not_galactic');
    await team.says(card, 'Not galactic – Vera');
    expect(textOf(team.now(card))).not.toContain('north of it');
  });

  test('delivered twice is one answer; without an answer the form says so', async () => {
    const card = at(await start(), 0);
    await open(team.vera, card);
    expect((await team.sandbox.act.submit({ user: team.vera, values: {} })).errors).toEqual({
      remark_answer: 'Please complete this required field.',
    });
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await fill(team.vera, '', 'galactic', false);
    await team.says(card, 'Galactic – Vera');
    expect(await answersTo(team.db, idOf(card))).toHaveLength(1);
    expect(team.sandbox.ephemerals(team.vera)).toHaveLength(0);
  });

  test('in a review is answered over it, which then goes on', async () => {
    const cards = await start();
    await begin(team.vera);
    await press(team.vera, 'review_remark');
    await modalSays(team.vera, 'Answer and comment');
    await fill(team.vera, 'moves', 'bogus');
    await modalSays(team.vera, `${nameOf(at(cards, 0))}: Bogus – Vera`);
    await modalNames(team.vera, at(cards, 1));
    await team.says(at(cards, 0), 'Vera: not sure, “moves”');
    const note = await (async () => {
      await team.sandbox.act.closeView({ user: team.vera });
      const text = `show ${nameOf(at(cards, 0))}`;
      await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text });
      return team.note(team.vera, 'not sure, “moves”');
    })();
    expect(textOf(note)).toContain('Bogus – Vera');
  });
});

test('how to label is one click from the card, and from a review', async () => {
  const cards = await start({ bot: { guidelines: '# How we label\n\nLook at the **template** first.\n' } });
  await team.click(team.vera, at(cards, 0), 'guidelines');
  await modalSays(team.vera, 'Look at the *template* first');
  await team.sandbox.act.closeView({ user: team.vera });
  await begin(team.vera);
  await press(team.vera, 'guidelines');
  await modalSays(team.vera, 'How we label');
  await team.sandbox.act.closeView({ user: team.vera });
  await modalSays(team.vera, 'Label: 1 of 3');
});
