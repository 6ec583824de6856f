import type { StoredMessage } from 'slack-sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { countLabels, exportLabels, findLabel } from '../../src/store/answers/labels.ts';
import { eventually, isOpenCard, messagesOf, openCards, subjectOf, textOf } from '../helpers/service.ts';
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

const labelOf = (card: StoredMessage) => findLabel(team.db, subjectOf(card).object);

describe('a card', () => {
  test('shows after the click what was answered, by whom and when, with Undo', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    const decided = await team.says(card, /Galactic – Vera, \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(isOpenCard(decided)).toBe(false);
    expect(textOf(decided)).toContain('undo_answer');
  });

  test('offers the finer labels in its menu, each counted as the class it belongs to', async () => {
    const cards = await start();
    await team.choose(team.vera, at(cards, 0), 'agn');
    await team.choose(team.vera, at(cards, 1), 'varstar');
    await team.says(at(cards, 0), 'Not galactic: AGN – Vera');
    await team.says(at(cards, 1), 'Galactic: variable star – Vera');
    expect(await labelOf(at(cards, 0))).toMatchObject({ answer: 'agn' });
    expect(await labelOf(at(cards, 1))).toMatchObject({ answer: 'varstar' });
    expect(await countLabels(team.db, 'galactic')).toEqual({ positive: 1, negative: 1, withoutClass: 0 });
  });

  test('that is bogus or unclear gets no class, and another one is asked in its place', async () => {
    const cards = await start();
    await team.choose(team.vera, at(cards, 0), 'bogus');
    await team.choose(team.vera, at(cards, 1), 'unclear');
    await team.cards(1, 8);
    await team.says(at(cards, 0), 'Bogus – Vera');
    await team.says(at(cards, 1), 'Real but unclear – Vera');
    expect(await countLabels(team.db, 'galactic')).toEqual({ positive: 0, negative: 0, withoutClass: 2 });
    await eventually('header', () =>
      textOf(at(messagesOf(team.sandbox, 'header', 1), 0)).includes('0 of 6 labelled, 2 skipped'),
    );
  });
});

describe('Undo', () => {
  test('opens the candidate again for its author, and the next answer counts', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.click(team.vera, card, 'undo_answer');
    await eventually('open card', () => isOpenCard(team.now(card)));
    expect(await labelOf(card)).toBeUndefined();
    await team.click(team.chandra, card, 'answer_not_galactic');
    await team.says(card, 'Not galactic – Subrahmanyan');
    expect(await countLabels(team.db, 'galactic')).toEqual({ positive: 0, negative: 1, withoutClass: 0 });
  });

  test('is refused to others, privately, with the name of whoever may', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.click(team.chandra, card, 'undo_answer');
    await team.note(team.chandra, 'only Vera can undo it');
    expect(await labelOf(card)).toMatchObject({ answer: 'galactic' });
  });

  test('of a skip does not make the round larger each time', async () => {
    const card = at(await start(), 0);
    for (let time = 0; time < 3; time += 1) {
      await team.click(team.vera, card, 'answer_skip');
      await team.says(card, 'Skipped – Vera');
      await team.click(team.vera, card, 'undo_answer');
      await eventually('open card', () => isOpenCard(team.now(card)));
    }
    // A replacement that had been posted before its skip was undone is not asked about any more.
    await eventually('six open cards', () => openCards(team.sandbox).length === 6);
  });

  test('delivered twice, or clicked twice, is one undo', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await team.click(team.vera, card, 'undo_answer');
    await eventually('open card', () => isOpenCard(team.now(card)));
    expect(team.sandbox.ephemerals(team.vera)).toHaveLength(0);
    const events = await team.db.selectFrom('answers').select('kind').execute();
    expect(events.map(({ kind }) => kind)).toEqual(['vote', 'undo']);
  });

  test('comes too late once the round was claimed for training: the label stays', async () => {
    const cards = await start({ next: 'scheduled' });
    const first = at(cards, 0);
    for (const [index, card] of cards.entries()) {
      await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
      if (card === first) await team.says(first, 'undo_answer');
    }
    await team.click(team.vera, first, 'undo_answer', true);
    await team.note(team.vera, '/finkvra relabel');
    expect(await labelOf(first)).toMatchObject({ answer: 'galactic' });
    await eventually('card without Undo', () => !textOf(team.now(first)).includes('undo_answer'));
  });
});

describe('a second person', () => {
  test('is told who decided, can disagree, and the card and header show it', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.click(team.chandra, card, 'answer_not_galactic', true);
    const note = await team.note(team.chandra, 'Vera answered');
    expect(textOf(note)).toContain('I disagree: Not galactic');
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await team.sandbox.act.click({ user: team.chandra, ts: note.ts, actionId: 'disagree' });
    await team.note(team.chandra, 'Noted: you say');
    await team.says(card, 'Disputed by Subrahmanyan: Not galactic');
    expect(await labelOf(card)).toMatchObject({ answer: 'galactic', user_name: 'Vera' });
    await eventually('header', () =>
      textOf(at(messagesOf(team.sandbox, 'header', 1), 0)).includes('1 disputed'),
    );
    const disagreements = await team.db
      .selectFrom('answers')
      .select('id')
      .where('kind', '=', 'disagree')
      .execute();
    expect(disagreements).toHaveLength(1);
  });

  test('can disagree on the decided card itself; whoever decided it is sent to Undo', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Disagree?');
    const candidate = card.metadata?.event_payload.candidate;
    const choice = { ts: card.ts, actionId: 'disagree_menu', value: `agn:${candidate}` };
    await team.sandbox.act.select({ user: team.vera, ...choice });
    await team.note(team.vera, 'is labelled as you answered. To change that, press Undo');
    await team.sandbox.act.select({ user: team.chandra, ...choice });
    await team.note(team.chandra, 'Noted: you say');
    await team.says(card, 'Disputed by Subrahmanyan: Not galactic: AGN');
    expect(textOf(team.now(card))).not.toContain('Disputed by Vera');
    expect(await labelOf(card)).toMatchObject({ answer: 'galactic', user_name: 'Vera' });
  });

  test('who agrees is told so and asked nothing', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.click(team.chandra, card, 'answer_galactic', true);
    const note = await team.note(team.chandra, 'it agrees');
    expect(textOf(note)).not.toContain('disagree');
  });
});

describe('with three people asked about each candidate', () => {
  const three: TeamOptions = { rounds: { answersPerCandidate: 3, firstSize: 6 }, next: 'scheduled' };

  test('most votes decide; until then nobody sees what the others said', async () => {
    const card = at(await start(three), 0);
    await team.click(team.vera, card, 'answer_galactic');
    const waiting = await team.says(card, '1 of 3 answers: Vera');
    expect(isOpenCard(waiting)).toBe(true);
    expect(textOf(waiting)).not.toContain('Galactic – ');
    await team.click(team.vera, card, 'answer_galactic');
    await team.click(team.chandra, card, 'answer_not_galactic');
    await team.says(card, '2 of 3 answers: Vera, Subrahmanyan');
    await team.click(team.cecilia, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.says(card, 'Disputed by Subrahmanyan: Not galactic');
    expect(await labelOf(card)).toMatchObject({ answer: 'galactic' });
  });

  test('who has answered is told privately what the others said', async () => {
    const card = at(await start(three), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, '1 of 3 answers: Vera');
    await team.click(team.chandra, card, 'answer_not_galactic');
    await team.note(team.chandra, /Kept: 2 of 3 answers to \w+ · Vera: Galactic\./);
    // There is no model yet, and nobody had answered before.
    expect(team.sandbox.ephemerals(team.vera)).toHaveLength(0);
    expect(textOf(team.now(card))).not.toContain('Vera: Galactic');
  });

  test('a vote can be changed and taken back before the decision', async () => {
    const card = at(await start(three), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, '1 of 3 answers');
    await team.click(team.vera, card, 'answer_not_galactic');
    await team.click(team.vera, card, 'undo_answer');
    await eventually('card without votes', () => !textOf(team.now(card)).includes('of 3 answers'));
  });

  test('a tie leaves no class, and the report lists the disputed ones with kappa', async () => {
    const cards = await start(three);
    const answers = ['answer_galactic', 'answer_not_galactic', 'answer_skip'];
    const [tied, ...others] = cards;
    if (tied === undefined) throw new Error('no card');
    const people = [team.vera, team.chandra, team.cecilia];
    for (const [index, person] of people.entries()) await team.click(person, tied, answers[index] ?? '');
    await team.says(tied, 'No class: tie, ');
    expect(textOf(team.now(tied))).not.toMatch(/\*Skipped|tie – /);
    const rows = [];
    for await (const row of exportLabels(team.db, 'galactic')) rows.push(row);
    expect(rows).toMatchObject([{ label: 'skip', galactic: null, user_id: 'tie', user_name: 'tie' }]);
    const rest = [...others, ...(await team.cards(1, 7)).slice(6)];
    for (const [index, card] of rest.entries()) {
      for (const [who, person] of people.entries()) {
        const odd = who === 2 && index === 0;
        const galactic = index % 2 === 0 ? !odd : odd;
        await team.click(person, card, galactic ? 'answer_galactic' : 'answer_not_galactic');
      }
    }
    const details = await eventually('details', () => messagesOf(team.sandbox, 'report_details', 1)[0]);
    const text = textOf(details);
    expect(text).toContain('*Disputed* 2');
    expect(text).toContain('Cecilia Not galactic');
    expect(text).toMatch(/kappa 0\.\d\d on 7 candidates/);
  });
});

describe('who may label', () => {
  test('is told by the setting; others are refused privately and told whom to ask', async () => {
    const people = {
      labellers: { users: [], groups: ['S0ASTRONOMERS'] },
      operators: { users: ['U0VERA'], groups: [] },
    };
    const card = at(await start({ bot: { people } }), 0);
    await team.click(team.cecilia, card, 'answer_galactic');
    const note = await team.note(team.cecilia, 'Labels are given by');
    expect(note.text).toContain('<!subteam^S0ASTRONOMERS>');
    expect(note.text).toContain('Ask <@U0VERA>');
    expect(await labelOf(card)).toBeUndefined();
    await team.click(team.chandra, card, 'answer_galactic');
    await team.says(card, 'Galactic – Subrahmanyan');
  });
});

describe('a click that nothing can be done with any more gets a private word', () => {
  test('on a card of another store: answer, undo', async () => {
    const card = at(await start(), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    const posted = await team.post([
      { action_id: 'answer_galactic', value: '4711' },
      { action_id: 'undo_answer', value: '4711' },
      { action_id: 'answer_martian', value: '4711' },
    ]);
    for (const [user, actionId, words] of [
      [team.vera, 'answer_galactic', 'no longer in the store'],
      [team.chandra, 'undo_answer', 'no longer in the store'],
      [team.cecilia, 'answer_martian', 'from another version of the bot'],
    ] as const) {
      expect((await team.sandbox.act.click({ user, ts: posted, actionId })).outcome).toBe('acknowledged');
      await team.note(user, words);
    }
    expect(await countLabels(team.db, 'galactic')).toMatchObject({ withoutClass: 0 });
  });

  test('an undo by somebody who has no answer there', async () => {
    const card = at(await start({ rounds: { answersPerCandidate: 3, firstSize: 6 }, next: 'scheduled' }), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, '1 of 3 answers: Vera');
    await team.click(team.chandra, card, 'undo_answer');
    await team.note(team.chandra, 'You have no answer');
    await team.click(team.vera, card, 'undo_answer');
    await eventually('card without votes', () => !textOf(team.now(card)).includes('of 3 answers'));
    await team.click(team.vera, card, 'undo_answer', true);
    expect(team.sandbox.ephemerals(team.vera)).toHaveLength(0);
  });

  test('a disagreement on a note that cannot be replaced any more is kept and confirmed by a direct message', async () => {
    let expire = false;
    const clock = (): Date => {
      // The last moment at which the note could still have been replaced is over once the store is asked.
      if (expire) void team.sandbox.faults.expireResponseUrls();
      return new Date();
    };
    const card = at(await start({ clock }), 0);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.click(team.chandra, card, 'answer_not_galactic', true);
    const note = await team.note(team.chandra, 'I disagree');
    expire = true;
    await team.sandbox.act.click({ user: team.chandra, ts: note.ts, actionId: 'disagree' });
    await team.direct(team.chandra, 'Noted: you say');
    await team.says(card, 'Disputed by Subrahmanyan');
  });

  test('an answer that the store does not take: Slack is not told that it did, and the person is', async () => {
    const card = at(await start(), 0);
    await team.db.schema.alterTable('answers').renameTo('answers_away').execute();
    const { outcome } = await team.sandbox.act.click({
      user: team.vera,
      ts: card.ts,
      actionId: 'answer_galactic',
    });
    expect(outcome).toBe('timeout');
    await team.note(team.vera, 'This was not stored');
    await team.db.schema.alterTable('answers_away').renameTo('answers').execute();
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
  });
});
