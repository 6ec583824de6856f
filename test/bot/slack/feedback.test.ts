import type { StoredMessage } from 'slack-sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { countLabels } from '../../../src/store/answers/labels.ts';
import { eventually, isOpenCard, openCards, textOf } from '../../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

const start = async (options: TeamOptions = {}): Promise<StoredMessage> => {
  team = await startTeam(options);
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  return card;
};

describe('the verdict on a card', () => {
  test('goes by the click’s own address: it is there within 2 s while changes of messages are limited', async () => {
    await start();
    const cards = await team.cards(1, 6);
    await team.sandbox.faults.rateLimitNext(Number.POSITIVE_INFINITY, 'chat.update', 30);
    for (const card of cards.slice(0, 4)) {
      const since = performance.now();
      await team.click(team.vera, card, 'answer_galactic');
      await team.says(card, /Galactic – [Vv]era/);
      expect(performance.now() - since).toBeLessThan(2000);
    }
  });

  test('comes in the ordinary way where that address is used up', async () => {
    let expire = false;
    const clock = (): Date => {
      if (expire) void team.sandbox.faults.expireResponseUrls();
      return new Date();
    };
    const card = await start({ clock });
    expire = true;
    await team.click(team.vera, card, 'answer_galactic');
    await eventually('decided card', () => !isOpenCard(team.now(card)));
  });
});

describe('private notes', () => {
  test('to one person are gathered: the first at once, the others together, each with its button', async () => {
    // For as long as outside of tests.
    const bot = { gatherMs: 2000 };
    const card = await start({ rounds: { firstSize: 6 }, next: 'scheduled', bot });
    const cards = await team.cards(1, 6);
    for (const one of cards.slice(0, 5)) await team.click(team.vera, one, 'answer_galactic');
    await eventually('decided cards', () => openCards(team.sandbox).length === 1);
    for (const one of cards.slice(0, 5)) await team.click(team.chandra, one, 'answer_not_galactic', true);
    await eventually('notes', () => team.sandbox.ephemerals(team.chandra).length === 2);
    const [first, gathered] = team.sandbox.ephemerals(team.chandra);
    if (first === undefined || gathered === undefined) throw new Error('no notes');
    expect(textOf(first).split('I disagree').length - 1).toBe(1);
    expect(textOf(gathered).split('I disagree').length - 1).toBe(4);

    // A button of several leaves the others where they are.
    const [button] = gathered.blocks.filter(({ type }) => type === 'actions');
    await team.sandbox.act.click({
      user: team.chandra,
      ts: gathered.ts,
      actionId: 'disagree',
      blockId: String(button?.block_id),
    });
    await team.note(team.chandra, 'Noted: you say');
    const still = team.sandbox.ephemerals(team.chandra)[1];
    expect(still === undefined ? '' : textOf(still)).toContain('I disagree');
    expect(card).toBeDefined();
  });
});

describe('what is delivered twice acts once', () => {
  test('a command', async () => {
    let pulls = 0;
    await start({
      bot: {
        jobs: {
          pull: async () => {
            pulls += 1;
            return 'pulled';
          },
        },
      },
    });
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: 'pull' });
    await team.note(team.vera, 'pulled');
    expect(pulls).toBe(1);
    expect(team.sandbox.ephemerals(team.vera).filter(({ text }) => text.includes('pulled'))).toHaveLength(1);
  });

  test('a form, whose second acknowledgement waits for the first one’s commit', async () => {
    const card = await start();
    expect(card).toBeDefined();
    const cards = await team.cards(1, 6);
    for (const [index, one] of cards.entries())
      await team.click(team.vera, one, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
    await team.cards(2, 3);
    const { object } = card.metadata?.event_payload ?? {};
    await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: `relabel ${object}` });
    await eventually('form', () => team.sandbox.modals(team.vera).length === 1);
    await team.sandbox.faults.duplicateNextEnvelopes(1);
    await team.sandbox.act.submit({ user: team.vera, values: { relabel_answer: 'not_galactic' } });
    await team.note(team.vera, 'is now');
    const corrections = await team.db.selectFrom('corrections').select('id').execute();
    expect(corrections).toHaveLength(1);
    expect(
      team.sandbox.ephemerals(team.vera).filter(({ text }) => /is now|so already/.test(text)),
    ).toHaveLength(1);
    expect(await countLabels(team.db, 'galactic')).toMatchObject({ positive: 2, negative: 4 });
  });
});

describe('a display name', () => {
  test('that Slack does not show spoils no other, and the card has the name that came with the click', async () => {
    const card = await start({
      prepare: ({ sandbox }) =>
        sandbox.faults.failNext(1, { method: 'users.info', error: 'user_not_visible' }),
    });
    const cards = await team.cards(1, 6);
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – vera');
    const [, second] = cards;
    if (second === undefined) throw new Error('no second card');
    await team.click(team.chandra, second, 'answer_galactic');
    await team.says(second, 'Galactic – Subrahmanyan');
  });
});
