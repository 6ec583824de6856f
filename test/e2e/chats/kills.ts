import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scenario } from '../../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  type RunningService,
  startService,
  temporaryFolder,
} from '../../helpers/service.ts';
import { type OpenChat, type Seen, TEAM, type TeamChat } from './team-chat.ts';

const FIRST_ROUND = 8;
const HOUR_MS = 3_600_000;

/** What holds when the process dies without a word, whichever the chat. */
export const describeKills = (name: string, open: OpenChat): void => {
  describe(`killed on ${name}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let env: Record<string, string>;
    let chat: TeamChat;
    let service: RunningService;

    beforeEach(async () => {
      folder = temporaryFolder();
      // The chat's clock is not ours: nothing may depend on the two agreeing.
      chat = await open({ clock: () => new Date(Date.now() - HOUR_MS) });
      env = {
        DATA_DIR: folder.path,
        SOURCE: 'none',
        NEXT_ROUND: 'at-once',
        FIRST_ROUND_SIZE: String(FIRST_ROUND),
        ROUND_SIZE: '4',
        ...chat.settings,
      };
      await scenario.load(folder.path);
      service = startService(env);
    });
    afterEach(async () => {
      await service.stop();
      await chat.stop();
      folder.remove();
    });

    const cardsOf = (round: number): Seen[] =>
      chat.messages().filter((message) => message.kind === 'card' && message.round === round);
    const cards = (round: number, count: number): Promise<Seen[]> =>
      eventually(
        `${count} cards of round ${round}`,
        () => {
          const seen = cardsOf(round);
          return seen.length >= count && seen;
        },
        service.log,
      );
    const connected = () => eventually('a connection', () => chat.connections() > 0, service.log);
    const now = ({ id }: Seen): Seen | undefined => chat.messages().find((message) => message.id === id);
    const labels = async (): Promise<readonly { readonly user_id: string }[]> =>
      JSON.parse((await finkvra(['export', 'labels', '--format', 'json'], env)).stdout);
    const objects = (): (string | null)[] =>
      chat
        .messages()
        .filter(({ kind }) => kind === 'card')
        .map(({ object }) => object);

    test('in mid-round it goes on: the same messages, and every answer kept', async () => {
      const round = await cards(1, FIRST_ROUND);
      await connected();
      for (const [index, card] of round.slice(0, 4).entries())
        expect(
          await chat.answer(TEAM[index % 3] ?? 'vera', card, index % 2 === 0 ? 'galactic' : 'not_galactic'),
        ).toBe('taken');
      await service.kill();
      expect(await labels()).toHaveLength(4);
      service = startService(env);
      await eventually(
        'what was answered, drawn',
        () => cardsOf(1).filter(({ open: is }) => !is).length === 4,
      );
      await connected();
      for (const [index, card] of round.slice(4).entries())
        await eventually('answer', async () => {
          if (now(card)?.open === false) return true;
          return (await chat.answer('vera', card, index % 2 === 0 ? 'galactic' : 'not_galactic')) === 'taken';
        });
      await eventually('report', () => chat.messages().some(({ kind }) => kind === 'report'), service.log);
      await cards(2, 4);
      expect(cardsOf(1).map(({ id }) => id)).toEqual(round.map(({ id }) => id));
      expect(chat.messages().filter(({ kind, round: of }) => kind === 'header' && of === 1)).toHaveLength(1);
      expect(await labels()).toHaveLength(FIRST_ROUND);
    });

    test('while it posts, and again, it posts the rest and nothing twice', async () => {
      await cards(1, 2);
      await service.kill();
      await chat.faults.losePosts(1);
      service = startService(env);
      await cards(1, 4);
      await service.kill();
      service = startService(env);
      await cards(1, FIRST_ROUND);
      await eventually('header', () => chat.messages().some(({ kind }) => kind === 'header'), service.log);
      expect(new Set(objects()).size).toBe(FIRST_ROUND);
      expect(objects()).toHaveLength(FIRST_ROUND);
      expect(chat.messages().filter(({ kind }) => kind === 'header')).toHaveLength(1);
    });

    test('right after an undo was acknowledged, it comes back with the card open again', async () => {
      const [card] = await cards(1, FIRST_ROUND);
      if (card === undefined) throw new Error('no card');
      await connected();
      expect(await chat.answer('vera', card, 'galactic')).toBe('taken');
      await eventually('decided card', () => now(card)?.open === false, service.log);
      // Nothing can be drawn again, so the process is surely gone before the channel shows the undo.
      await chat.faults.refuseChanges();
      expect(await chat.undo('vera', card)).toBe('taken');
      await service.kill();
      expect(now(card)?.open).toBe(false);
      await chat.faults.recover();
      expect(await labels()).toHaveLength(0);
      service = startService(env);
      await eventually('open card', () => now(card)?.open, service.log);
      await connected();
      await eventually(
        'answer',
        async () => (await chat.answer('chandra', card, 'not_galactic')) === 'taken',
      );
      await eventually('decided card', () => now(card)?.open === false, service.log);
      expect(await labels()).toMatchObject([{ user_id: chat.personId('chandra') }]);
    });
  });
};
