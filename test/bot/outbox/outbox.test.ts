import { setImmediate as realTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutbox, type Outbox, type OutboxOptions } from '../../../src/bot/outbox/outbox.ts';
import { readTrouble } from '../../../src/store/chat/channel-trouble.ts';
import { countMessages, findMessage, wantMessage, wantRedraw } from '../../../src/store/chat/messages.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { setCandidateState } from '../../../src/store/rounds/rounds.ts';
import type { MessageRow } from '../../../src/store/schema.ts';
import { createModelChat, type ModelChat } from './model-chat.ts';
import { AT, storeWithRound } from './open-round.ts';

const CHANNEL = 'C1';
const HOUR = 3_600_000;

let db: Db;
let chat: ModelChat;
let outbox: Outbox;
let unreadable: string[];
const log = pino({ level: 'silent' });

const read: OutboxOptions['read'] = async (row: MessageRow) => {
  if (unreadable.includes(row.key)) throw new Error('the store has no alert of this candidate');
  return {
    key: row.key,
    about: {},
    said: { kind: 'reminder', reminder: { round: 1, text: row.key, open: false, first: null } },
  };
};

const start = (channel = CHANNEL): void => {
  outbox = createOutbox({ db, chat: chat.connect(channel), read, clock: () => new Date(), log });
};

/** Lets so much of the clock's time pass, and all that happens in it. */
const pass = async (ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= left > 60_000 ? 30_000 : 250) {
    await vi.advanceTimersByTimeAsync(Math.min(left, left > 60_000 ? 30_000 : 250));
    await realTurn();
  }
};

const keysIn = (channel = CHANNEL): string[] =>
  chat
    .standing()
    .filter((one) => one.channel === channel)
    .map(({ key }) => key)
    .sort();
const ALL = ['card:1', 'card:2', 'card:3', 'header:1'];
const stateOf = async (key: string) => (await findMessage(db, key))?.state;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: Date.parse(AT) });
  db = await storeWithRound(3);
  chat = createModelChat();
  unreadable = [];
});
afterEach(async () => {
  await outbox.stop();
  vi.useRealTimers();
  await db.destroy();
});

describe('a post whose answer was lost', () => {
  test.each(['limited', 'refused', 'unsure', 'silent'] as const)(
    'is not posted again because the look for it is answered with %s',
    async (fault) => {
      let lost = false;
      let looks = 0;
      chat.fail((method, key) => {
        if (method === 'find' && lost) {
          looks += 1;
          return looks <= 3 ? fault : null;
        }
        if (method !== 'post' || key !== 'card:2' || lost) return null;
        lost = true;
        return 'lost';
      });
      start();
      await pass(2 * HOUR);
      expect(keysIn()).toEqual(ALL);
      expect(chat.messages).toHaveLength(4);
      expect(await stateOf('card:2')).toBe('posted');
    },
  );

  test('is posted again when a look has settled that it is not there, and not before the chat may be done', async () => {
    chat.failNext(1, 'post', 'late');
    start();
    await pass(60_000);
    expect(keysIn()).toEqual(ALL);
    expect(chat.messages).toHaveLength(4);
  });

  test('is waited for 45 s while the chat may still be at it, and holds up nothing else', async () => {
    chat.failNext(1, 'post', 'later');
    start();
    await pass(15_000);
    expect(keysIn()).toEqual(ALL.filter((key) => key !== 'header:1'));
    await pass(60_000);
    expect(keysIn()).toEqual(ALL);
    expect(chat.messages).toHaveLength(4);
  });

  test('that is carried out after it was posted again stands there once, a minute later', async () => {
    chat.failNext(1, 'post', 'much-later');
    start();
    await pass(60_000);
    const again = (await findMessage(db, 'header:1'))?.ts;
    expect(keysIn()).toEqual(ALL);
    await pass(25_000);
    expect(keysIn()).toEqual([...ALL, 'header:1']);
    await pass(60_000);
    expect(keysIn()).toEqual(ALL);
    expect(chat.standing().find(({ key }) => key === 'header:1')?.id).toBe(again);
    expect(chat.calls.remove).toBe(1);
  });

  test('is posted soon though the clock was set back by hours since', async () => {
    chat.failNext(1, 'post', 'silent');
    start();
    await pass(1_000);
    vi.setSystemTime(Date.now() - 10 * HOUR);
    await pass(60_000);
    expect(keysIn()).toEqual(ALL);
    expect(chat.messages).toHaveLength(4);
  });

  test('is found in the thread that it was sent to, also where the head was deleted and is another by now', async () => {
    await db.updateTable('messages').set({ thread_key: 'header:1' }).where('kind', '=', 'card').execute();
    let blind = true;
    chat.fail((method, key) => {
      if (method === 'post' && key === 'card:2' && blind) return 'lost';
      return method === 'find' && blind ? 'unsure' : null;
    });
    start();
    await pass(2_000);
    chat.delete('header:1');
    await wantRedraw(db, ['header:1']);
    outbox.wake();
    await pass(5_000);
    blind = false;
    await pass(2 * HOUR);
    expect(keysIn()).toEqual(ALL);
    expect(chat.messages).toHaveLength(5);
  });

  test('that nothing settles holds up nothing else, and operators are asked once after an hour', async () => {
    chat.fail((method, key) =>
      method === 'find' ? 'refused' : method === 'post' && key === 'card:2' ? 'lost' : null,
    );
    start();
    await pass(10_000);
    expect(await stateOf('card:2')).toBe('unsure');
    expect(await stateOf('card:3')).toBe('posted');
    expect(chat.told).toEqual([]);
    await pass(2 * HOUR);
    expect(chat.told).toMatchObject([{ person: 'U0VERA', note: { kind: 'doubt' } }]);
    expect(chat.messages).toHaveLength(4);
  });
});

describe('what goes wrong with one message', () => {
  test('that cannot be drawn leaves the others alone, and is tried again', async () => {
    unreadable = ['header:1', 'card:1'];
    start();
    await pass(5_000);
    expect(keysIn()).toEqual(['card:2', 'card:3']);
    expect(await stateOf('card:1')).toBe('failed');
    expect(await countMessages(db)).toEqual({ waiting: 0, unsure: 0, failed: 2 });
    unreadable = [];
    await pass(1.1 * HOUR);
    expect(keysIn()).toEqual(ALL);
  });

  test('that is refused as not found does not spin, and leaves the others alone', async () => {
    chat.fail((method, key) => (method === 'post' && key === 'header:1' ? 'gone' : null));
    start();
    await pass(10_000);
    expect(keysIn()).toEqual(['card:1', 'card:2', 'card:3']);
    expect(chat.calls.post).toBeLessThan(12);
  });

  test('whose content is refused is drawn plainer, then left out', async () => {
    chat.fail((method, key) => (method === 'post' && key === 'card:1' ? 'content' : null));
    start();
    await pass(5_000);
    expect(keysIn()).toEqual(['card:2', 'card:3', 'header:1']);
    expect(await findMessage(db, 'card:1')).toMatchObject({ state: 'failed', plainness: 2 });
  });

  test('cannot be drawn again: the others are', async () => {
    start();
    await pass(2_000);
    unreadable = ['card:3'];
    await wantRedraw(db, ['card:1', 'card:2', 'card:3']);
    outbox.wake();
    await pass(2_000);
    expect(chat.messages.filter(({ drawn }) => drawn === 2).map(({ key }) => key)).toEqual([
      'card:1',
      'card:2',
    ]);
  });
});

describe('an open card that is not where people can answer it', () => {
  test('is posted again after somebody deleted it: at the next start', async () => {
    start();
    await pass(2_000);
    await outbox.stop();
    chat.delete('card:2');
    start();
    await pass(2_000);
    expect(keysIn()).toEqual(ALL);
  });

  test('is posted again within the hour, and before a reminder', async () => {
    start();
    await pass(2_000);
    chat.delete('card:2');
    await pass(1.1 * HOUR);
    expect(keysIn()).toEqual(ALL);
    chat.delete('card:3');
    await wantMessage(db, { key: 'reminder:1:a', kind: 'reminder', roundId: 1, at: AT });
    outbox.wake();
    await pass(2_000);
    expect(keysIn()).toEqual([...ALL, 'reminder:1:a']);
  });

  test('is posted again when changing it fails because it is not there', async () => {
    start();
    await pass(2_000);
    chat.delete('card:2');
    await wantRedraw(db, ['card:2']);
    outbox.wake();
    await pass(2_000);
    expect(keysIn()).toEqual(ALL);
  });

  test('stays deleted once it is decided', async () => {
    start();
    await pass(2_000);
    chat.delete('card:2');
    await setCandidateState(db, 2, 'labelled');
    await wantRedraw(db, ['card:2']);
    outbox.wake();
    await pass(1.1 * HOUR);
    expect(keysIn()).toEqual(['card:1', 'card:3', 'header:1']);
    expect(await stateOf('card:2')).toBe('dropped');
  });

  test('is not posted again because a look fails', async () => {
    start();
    await pass(2_000);
    chat.fail((method) => (method === 'find' || method === 'stands' ? 'refused' : null));
    await wantRedraw(db, ['card:2']);
    await pass(2.5 * HOUR);
    expect(chat.messages).toHaveLength(4);
  });

  test('moves to the channel that is configured now, and back', async () => {
    start();
    await pass(2_000);
    await outbox.stop();
    await setCandidateState(db, 1, 'labelled');
    start('C2');
    await pass(10_000);
    expect(keysIn('C2')).toEqual(['card:2', 'card:3', 'header:1']);
    await outbox.stop();
    start(CHANNEL);
    await pass(10_000);
    expect(keysIn()).toEqual(ALL);
    // Those that stood there are found again.
    expect(chat.messages).toHaveLength(7);
  });
});

describe('the chat’s limits', () => {
  test('five messages go out at once, then one a second, and no call is refused', async () => {
    await db.destroy();
    db = await storeWithRound(12);
    start();
    await pass(300);
    expect(chat.calls.post).toBe(5);
    await pass(3_000);
    expect(chat.calls.post).toBe(8);
    await pass(6_000);
    expect(keysIn()).toHaveLength(13);
    expect(chat.calls.post).toBe(13);
  });

  test('after a refusal for being too many it waits as told, then goes on one a second', async () => {
    await db.destroy();
    db = await storeWithRound(12);
    let refused = false;
    chat.fail((method, key) => {
      if (method !== 'post' || key !== 'card:2' || refused) return null;
      refused = true;
      return 'limited';
    });
    start();
    await pass(900);
    // The header and the first card are there, the second was refused.
    expect(chat.calls.post).toBe(3);
    await pass(1_000);
    expect(chat.calls.post).toBeLessThanOrEqual(5);
    await pass(12_000);
    expect(keysIn()).toHaveLength(13);
    expect(chat.calls.post).toBe(14);
  });

  test('cards of a round that is over shrink slowly, and after what people look at', async () => {
    start();
    await pass(2_000);
    await db.updateTable('rounds').set({ state: 'training' }).execute();
    await wantRedraw(db, ['card:1', 'card:2', 'card:3', 'header:1']);
    outbox.wake();
    await pass(1_000);
    expect(chat.messages.filter(({ drawn }) => drawn === 2).map(({ key }) => key)).toEqual([
      'header:1',
      'card:1',
    ]);
    await pass(3_000);
    expect(chat.messages.every(({ drawn }) => drawn === 2)).toBe(true);
  });
});

describe('a channel that refuses', () => {
  test('holds up its own messages only, and says so: in the store, and to the operators once', async () => {
    start();
    await pass(2_000);
    await outbox.stop();
    // A closed round's card in an old channel is still to be drawn again there.
    await db.updateTable('messages').set({ channel: 'C0' }).where('key', '=', 'card:1').execute();
    await setCandidateState(db, 1, 'labelled');
    await db
      .updateTable('messages')
      .set({ state: 'pending', ts: null })
      .where('key', '=', 'card:2')
      .execute();
    chat.delete('card:2');
    chat.messages.push({
      key: 'card:1',
      channel: 'C0',
      id: '1000001.000001',
      thread: null,
      deleted: false,
      drawn: 1,
    });
    await db.updateTable('messages').set({ ts: '1000001.000001' }).where('key', '=', 'card:1').execute();
    await wantRedraw(db, ['card:1']);
    chat.fail((method) => (method === 'post' ? 'refused' : null));
    start();
    await pass(3 * HOUR);
    expect(chat.messages.find(({ channel }) => channel === 'C0')?.drawn).toBe(2);
    expect(await readTrouble(db)).toMatchObject([{ channel: CHANNEL, advice: 'Put the model right' }]);
    expect(chat.told).toMatchObject([{ person: 'U0VERA', note: { kind: 'text' } }]);
    // Once a minute at most after the first tries.
    expect(chat.calls.post).toBeLessThan(4 + 10 + 190);
    chat.fail(() => null);
    await pass(70_000);
    expect(keysIn()).toContain('card:2');
    expect(await readTrouble(db)).toEqual([]);
  });
});
