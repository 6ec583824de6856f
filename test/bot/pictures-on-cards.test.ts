import type { StoredMessage } from 'slack-sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import { createPictureClient, type PictureClient } from '../../src/pictures/picture-client.ts';
import { eventually, isOpenCard, messagesOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
let pictures: PictureClient | null = null;
afterEach(async () => {
  await team.stop();
  await pictures?.close();
});

const start = async (prepare?: Parameters<typeof startTeam>[0]): Promise<StoredMessage[]> => {
  pictures = createPictureClient();
  team = await startTeam({ rounds: { firstSize: 4 }, ...prepare, pictures });
  return team.cards(1, 4);
};

const hasPicture = (message: StoredMessage): boolean =>
  message.blocks.some((block) => block.type === 'image' && 'slack_file' in block);

const uploadsKept = () => team.db.selectFrom('uploads').selectAll().execute();

describe('a card’s picture', () => {
  test('stands on every card, is uploaded once, and stays when the card is drawn again', async () => {
    const cards = await start();
    expect(cards.every(hasPicture)).toBe(true);
    const before = await uploadsKept();
    const [card] = cards;
    if (card === undefined) throw new Error('no card');
    await team.click(team.vera, card, 'answer_galactic');
    const decided = await team.says(card, 'Galactic – Vera');
    expect(hasPicture(decided)).toBe(true);
    expect((await uploadsKept()).length).toBe(before.length);
    expect(before.every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test('that Slack refuses holds up no card, and comes later when the card is drawn again', async () => {
    const cards = await start({ prepare: ({ sandbox }) => sandbox.faults.refuseUploads(true) });
    expect(cards).toHaveLength(4);
    expect(cards.some(hasPicture)).toBe(false);
    await team.sandbox.faults.refuseUploads(false);
    const [card] = cards;
    if (card === undefined) throw new Error('no card');
    await team.click(team.vera, card, 'answer_galactic');
    await eventually('picture', () => {
      const now = team.now(card);
      return hasPicture(now) && !isOpenCard(now);
    });
    // Slack shows what an update brings only where a posted message has shared it.
    expect(team.sandbox.placeholders({ ts: card.ts })).toEqual([]);
    const inThread = team.sandbox.messages().filter(({ thread_ts }) => thread_ts === card.ts);
    expect(inThread.map(hasPicture)).toEqual([true]);
  });

  test('that Slack still looks at is waited for, and no card goes out without it', async () => {
    const cards = await start({
      prepare: ({ sandbox }) => sandbox.faults.refuseSlackFiles(2),
    });
    expect(cards.every(hasPicture)).toBe(true);
    const seen = cards.map(({ ts }) => team.sandbox.placeholders({ ts }));
    expect(seen.flat()).toEqual([]);
  });

  test('that the channel refuses in a message is left out, and the card is posted', async () => {
    const cards = await start({ prepare: ({ sandbox }) => sandbox.faults.refuseBlockTypes(['image']) });
    expect(cards).toHaveLength(4);
    expect(cards.some(hasPicture)).toBe(false);
    expect(messagesOf(team.sandbox, 'card', 1)).toHaveLength(4);
  });

  test('that was refused is tried again when the card is drawn again, and its verdict does not wait', async () => {
    const cards = await start({ prepare: ({ sandbox }) => sandbox.faults.refuseSlackFiles(1_000) });
    expect(cards.some(hasPicture)).toBe(false);
    const [first, second] = cards;
    if (first === undefined || second === undefined) throw new Error('no card');
    // Still refused: Slack was waited for once, and not with every click.
    const began = performance.now();
    await team.click(team.vera, first, 'answer_galactic');
    await team.says(first, 'Galactic – Vera');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(hasPicture(team.now(first))).toBe(false);
    await team.sandbox.faults.lift('slack_file');
    await team.click(team.vera, second, 'answer_galactic');
    await eventually('picture', () => hasPicture(team.now(second)) && !isOpenCard(team.now(second)));
    expect(team.sandbox.placeholders({ ts: second.ts })).toEqual([]);
  });
});
