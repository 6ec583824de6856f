import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPictureClient } from '../../../src/pictures/picture-client.ts';
import type { Assembled } from '../../../src/service/assemble.ts';
import { findLabel } from '../../../src/store/answers/labels.ts';
import { readTrouble } from '../../../src/store/chat/channel-trouble.ts';
import type { Db } from '../../../src/store/open-store.ts';
import type { AnswerValue } from '../../../src/store/schema.ts';
import { eventually } from '../../helpers/service.ts';
import { type ServiceOptions, serviceOn, storeWithNight, truthOf } from './service-on.ts';
import { type OpenChat, type Seen, TEAM, type TeamChat, type Who } from './team-chat.ts';

/** What every chat promises. Nothing here knows which one it is. */
export const describeContract = (name: string, open: OpenChat): unknown =>
  describe(`on ${name}`, () => {
    let chat: TeamChat;
    let db: Db;
    let service: Assembled;

    const start = async (options: ServiceOptions = {}): Promise<void> => {
      service = await serviceOn(db, chat.config, options);
      await eventually('a connection', () => chat.connections() > 0);
    };
    const restart = async (options: ServiceOptions = {}): Promise<void> => {
      await service.stop();
      await start(options);
    };
    const cardsOf = (round: number): Seen[] =>
      chat.messages().filter((message) => message.kind === 'card' && message.round === round);
    const cards = (round: number, count: number): Promise<Seen[]> =>
      eventually(`${count} cards of round ${round}`, () => {
        const seen = cardsOf(round);
        return seen.length >= count && seen;
      });
    const now = ({ id }: Seen): Seen | undefined => chat.messages().find((message) => message.id === id);
    const says = (message: Seen, words: string | RegExp): Promise<Seen> =>
      eventually(`message that says ${words}`, () => {
        const seen = now(message);
        return seen !== undefined && new RegExp(words).test(seen.text) && seen;
      });
    const header = (words: string) =>
      eventually(`header that says ${words}`, () =>
        chat.messages().some(({ kind, text }) => kind === 'header' && text.includes(words)),
      );
    const report = (round: number) =>
      eventually(`report of round ${round}`, () =>
        chat.messages().find((message) => message.kind === 'report' && message.round === round),
      );
    const told = (who: Who, words: string | RegExp) =>
      eventually(
        `note to ${who} that says ${words}`,
        () => chat.notes(who).findLast((note) => new RegExp(words).test(note)),
        () => chat.notes(who).join('\n'),
      );
    const label = (card: Seen) => findLabel(db, card.object ?? '');
    const answerAll = async (round: readonly Seen[]): Promise<void> => {
      for (const [index, card] of round.entries())
        expect(await chat.answer(TEAM[index % TEAM.length] ?? 'vera', card, truthOf(card.object))).toBe(
          'taken',
        );
    };
    /** A click may meet nobody: the chat says so, and the person clicks again. */
    const untilTaken = (who: Who, card: Seen, answer: AnswerValue) =>
      eventually('answer', async () => {
        // Or its acknowledgement got lost: then the card says what was answered.
        if (now(card)?.open === false) return true;
        return (await chat.answer(who, card, answer)) === 'taken';
      });
    const firstOf = async (round: number, count: number): Promise<Seen> => {
      const [first] = await cards(round, count);
      if (first === undefined) throw new Error('no card');
      return first;
    };

    afterEach(async () => {
      await service.stop();
      await chat.stop();
      await db.destroy();
    });

    describe('the contract', () => {
      beforeEach(async () => {
        [chat, db] = await Promise.all([open(), storeWithNight()]);
      });

      test('a whole experiment: thirty labels, then four rounds of ten, each learnt from and reported', async () => {
        await start({ rounds: { firstSize: 30, size: 10 } });
        for (let round = 1; round <= 5; round += 1) {
          await answerAll(await cards(round, round === 1 ? 30 : 10));
          await report(round);
        }
        expect((await report(5)).text).toContain('70 labels in all');
        const all = chat.messages().filter(({ kind }) => kind === 'card');
        expect(new Set(all.map(({ object }) => object)).size).toBe(all.length);
        await eventually('closed cards that say who answered', () =>
          cardsOf(1).every(
            ({ open: isOpen, text }) => !isOpen && /(Galactic|Not galactic) – [A-Z]\w+/.test(text),
          ),
        );
      });

      test('a double click counts once, and nobody is told anything', async () => {
        await start();
        const card = await firstOf(1, 6);
        await Promise.all([
          chat.answer('vera', card, 'galactic'),
          chat.answer('vera', card, 'galactic', true),
        ]);
        await says(card, 'Galactic – Vera');
        await header('1 of 6 labelled');
        expect(await db.selectFrom('answers').selectAll().where('kind', '=', 'vote').execute()).toHaveLength(
          1,
        );
        expect(TEAM.flatMap((who) => chat.notes(who))).toEqual([]);
      });

      test('of two people on one card the first decides; the second is told, and can stand by it', async () => {
        await start();
        const card = await firstOf(1, 6);
        await Promise.all([
          chat.answer('vera', card, 'galactic', true),
          chat.answer('chandra', card, 'not_galactic', true),
        ]);
        const first = (await eventually('label', () => label(card))).user_id;
        const second: Who = first === chat.personId('vera') ? 'chandra' : 'vera';
        await told(second, /answered .* first/);
        await chat.standBy(second);
        await says(card, 'Disputed by');
        await header('1 of 6 labelled, 1 disputed');
        expect(await label(card)).toMatchObject({ user_id: first });
      });

      test('an undo opens the card again for everybody; nobody undoes what another has answered', async () => {
        await start();
        const card = await firstOf(1, 6);
        await chat.answer('vera', card, 'galactic');
        await says(card, 'Galactic – Vera');
        await chat.undo('chandra', card);
        await told('chandra', 'only Vera.* can undo');
        await chat.undo('vera', card);
        await eventually('open card', () => now(card)?.open);
        expect(await label(card)).toBeUndefined();
        await chat.answer('chandra', card, 'not_galactic');
        await says(card, 'Not galactic – ');
      });

      test('a disagreement stands on the card and in the header; the label stays', async () => {
        await start();
        const card = await firstOf(1, 6);
        await chat.answer('vera', card, 'galactic');
        await says(card, 'Galactic – Vera');
        await chat.disagree('cecilia', card, 'not_galactic');
        await says(card, /Disputed by Cecilia[^:]*: Not galactic/);
        await told('cecilia', 'Noted');
        await header('1 of 6 labelled, 1 disputed');
        expect(await label(card)).toMatchObject({ answer: 'galactic' });
      });

      test('a label is corrected in a form after its round, and the card says what it was', async () => {
        await start();
        const round = await cards(1, 6);
        await answerAll(round);
        await report(1);
        const [card] = round;
        const before = await label(card as Seen);
        const after: AnswerValue = before?.answer === 'galactic' ? 'agn' : 'varstar';
        await chat.command('vera', 'relabel', before?.object_id);
        await chat.correct('vera', after, 'a second look');
        await told('vera', /is now/);
        await says(card as Seen, /Corrected: it was .* – a second look/);
        expect(await label(card as Seen)).toMatchObject({ answer: after });
      });

      test('words are answered to whoever asks, and to nobody else', async () => {
        await start();
        const card = await firstOf(1, 6);
        const posted = (await chat.messages()).length;
        await chat.command('vera', 'status');
        await told('vera', 'Round 1: 0 of 6 labelled');
        await chat.command('vera', 'help');
        await told('vera', 'an object’s facts and picture');
        await chat.command('vera', 'show', card.object ?? '');
        await told('vera', 'real/bogus');
        await chat.command('vera', 'next');
        await told('vera', 'Round 1 is still open');
        expect(chat.messages()).toHaveLength(posted);
        expect(chat.notes('chandra')).toEqual([]);
      });

      test('only those who may label do, and only those who may run the loop run it', async () => {
        const vera = { users: [chat.personId('vera')], groups: [] };
        await start({ bot: { people: { labellers: vera, operators: vera } } });
        const card = await firstOf(1, 6);
        await chat.answer('cecilia', card, 'galactic');
        await told('cecilia', 'Labels are given by');
        await chat.command('cecilia', 'pause');
        await told('cecilia', 'may do this');
        expect(await label(card)).toBeUndefined();
        await chat.answer('vera', card, 'galactic');
        await says(card, 'Galactic – Vera');
      });

      test('asked to wait, it waits and posts everything; posts whose answers are lost are made once', async () => {
        await start();
        const round = await cards(1, 6);
        await chat.faults.limitPosts(2, 1);
        await chat.faults.limitChanges(2, 1);
        await chat.faults.losePosts(2);
        await answerAll(round);
        await report(1);
        const next = await cards(2, 3);
        for (const card of round) await eventually('decided card', () => now(card)?.open === false);
        const objects = chat.messages().flatMap(({ object }) => (object === null ? [] : [object]));
        expect(new Set(objects).size).toBe(objects.length);
        expect(next).toHaveLength(3);
        expect(chat.messages().filter(({ kind }) => kind === 'report')).toHaveLength(1);
      });

      test('an open card that somebody deleted is there again, and the round can be finished', async () => {
        await start();
        const round = await cards(1, 6);
        await chat.delete(round[0] as Seen);
        await restart();
        await eventually('the card again', () => cardsOf(1).length === 6);
        await answerAll(cardsOf(1));
        await report(1);
      });

      test('an open card that somebody deleted is there again while people answer the others', async () => {
        await start({ bot: { outboxTimes: { activeLookMs: 100, headerEveryMs: 100 } } });
        const [gone, other] = await cards(1, 6);
        await chat.delete(gone as Seen);
        await chat.answer('vera', other as Seen, 'galactic');
        await eventually('the card again', () => cardsOf(1).some(({ object }) => object === gone?.object));
        await answerAll(cardsOf(1).filter(({ open: isOpen }) => isOpen));
        await report(1);
      });

      test('a round in a thread of which nothing is left is there again, once, and can be finished', async () => {
        await start({ rounds: { layout: 'thread' } });
        for (const card of await cards(1, 6)) await chat.delete(card);
        for (const head of chat.messages().filter(({ kind }) => kind === 'header')) await chat.delete(head);
        await restart({ rounds: { layout: 'thread' } });
        await eventually('six cards', () => cardsOf(1).length === 6);
        await answerAll(cardsOf(1));
        await report(1);
        expect(new Set(cardsOf(1).map(({ object }) => object)).size).toBe(cardsOf(1).length);
        expect(chat.messages().filter(({ kind, round }) => kind === 'header' && round === 1)).toHaveLength(1);
      });

      test('connections that drop lose no click, and a chat that is away is waited for', async () => {
        await start();
        const [one, two, three] = await cards(1, 6);
        await chat.faults.dropConnections();
        await untilTaken('vera', one as Seen, 'galactic');
        await chat.faults.goAway(700);
        await eventually('a connection', () => chat.connections() > 0);
        await untilTaken('vera', two as Seen, 'galactic');
        await says(two as Seen, 'Galactic – Vera');
        await says(one as Seen, 'Galactic – Vera');
        // Away when the service starts: it begins, waits, and works once the chat is there.
        await service.stop();
        await chat.faults.goAway(700);
        service = await serviceOn(db, chat.config);
        await eventually('a connection', () => chat.connections() > 0);
        await untilTaken('chandra', three as Seen, 'not_galactic');
        await says(three as Seen, 'Not galactic – ');
      });

      test('a channel that refuses posts is told to an operator, and what waits is posted once it takes them', async () => {
        const operators = { users: [chat.personId('vera')], groups: [] };
        await start({ bot: { people: { labellers: 'everyone', operators } } });
        const round = await cards(1, 6);
        await chat.faults.mayPost(false);
        for (const card of round)
          await service.loop.answer({
            candidateId: await candidateOf(db, card),
            userId: chat.personId('vera'),
            userName: 'Vera',
            answer: truthOf(card.object),
          });
        await told('vera', 'cannot post to its channel');
        expect(await readTrouble(db)).not.toEqual([]);
        await chat.faults.mayPost(true);
        await report(1);
        await eventually('end of the trouble', async () => (await readTrouble(db)).length === 0);
      });
    });

    describe('pictures', () => {
      const pictures = createPictureClient();
      beforeAll(async () => {
        await pictures.warmUp();
      });
      afterAll(() => pictures.close());
      beforeEach(async () => {
        [chat, db] = await Promise.all([open(), storeWithNight()]);
      });

      test('stand on every card, stay when it is drawn again, and after a restart', async () => {
        await start({ pictures, rounds: { firstSize: 4 } });
        const [card, other] = await cards(1, 4);
        await eventually('pictures', () => cardsOf(1).every(({ hasPicture }) => hasPicture));
        await chat.answer('vera', card as Seen, 'galactic');
        expect((await says(card as Seen, 'Galactic – Vera')).hasPicture).toBe(true);
        await restart({ pictures, rounds: { firstSize: 4 } });
        await chat.answer('vera', other as Seen, 'galactic');
        expect((await says(other as Seen, 'Galactic – Vera')).hasPicture).toBe(true);
      });
    });
  });

const candidateOf = async (db: Db, { object }: Seen): Promise<number> =>
  (
    await db
      .selectFrom('candidates')
      .select('id')
      .where('object_id', '=', object ?? '')
      .executeTakeFirstOrThrow()
  ).id;
