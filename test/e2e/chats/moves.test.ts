import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Assembled } from '../../../src/service/assemble.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { eventually } from '../../helpers/service.ts';
import { openOnDiscord } from './on-discord.ts';
import { openOnSlack } from './on-slack.ts';
import { serviceOn, storeWithNight, truthOf } from './service-on.ts';
import type { Seen, TeamChat } from './team-chat.ts';

let db: Db;
let slack: TeamChat;
let discord: TeamChat;
let service: Assembled;

beforeEach(async () => {
  [db, slack, discord] = await Promise.all([storeWithNight(), openOnSlack(), openOnDiscord()]);
});
afterEach(async () => {
  await service.stop();
  await Promise.all([slack.stop(), discord.stop()]);
  await db.destroy();
});

const openCards = (chat: TeamChat, count: number): Promise<Seen[]> =>
  eventually(`${count} open cards`, () => {
    const cards = chat.messages().filter((message) => message.kind === 'card' && message.open);
    return cards.length === count && cards;
  });

/** The card of an object once it shows its decision. */
const decidedCard = (chat: TeamChat, { object }: Seen): Promise<Seen> =>
  eventually('decided card', () =>
    chat.messages().find((one) => one.kind === 'card' && one.object === object && !one.open),
  );

const startOn = async (chat: TeamChat, layout: 'channel' | 'thread' = 'channel'): Promise<void> => {
  service = await serviceOn(db, chat.config, { rounds: { layout } });
  await eventually('a connection', () => chat.connections() > 0);
};

test('a round begun in one chat goes on in the other and back, and who said what is kept', async () => {
  await startOn(slack);
  const [first, second] = await openCards(slack, 6);
  await slack.answer('vera', first as Seen, truthOf(first?.object ?? null));
  await eventually('decided card', () => slack.messages().some(({ id, open }) => id === first?.id && !open));
  await service.stop();

  await startOn(discord);
  const [third, ...others] = await openCards(discord, 5);
  expect([third, ...others].map((card) => card?.object)).toContain(second?.object);
  await eventually('header', () => discord.messages().some(({ text }) => text.includes('1 of 6 labelled')));
  await discord.answer('vera', third as Seen, truthOf(third?.object ?? null));
  await eventually('decided card', () =>
    discord.messages().some(({ id, open }) => id === third?.id && !open),
  );
  await service.stop();

  await startOn(slack);
  // The cards that were there are there still, and none is posted twice.
  await eventually('header', () => slack.messages().some(({ text }) => text.includes('2 of 6 labelled')));
  expect(slack.messages().filter(({ kind }) => kind === 'card')).toHaveLength(6);
  const cards = await openCards(slack, 4);
  const answered = await decidedCard(slack, third as Seen);
  expect(answered.text).toMatch(/galactic – Vera/i);
  // Somebody's screen may still show its buttons: the answer given in the other chat counts, and they are told.
  await slack.answer('chandra', answered, 'galactic', true);
  await eventually('note', () => slack.notes('chandra').some((note) => note.includes('first')));
  for (const card of cards) await slack.answer('chandra', card, truthOf(card.object));
  await eventually('report', () => slack.messages().some(({ kind }) => kind === 'report'));
  const labels = await db.selectFrom('labels').select(['object_id', 'user_id']).execute();
  expect(labels).toHaveLength(6);
  expect(labels).toContainEqual({ object_id: first?.object, user_id: slack.personId('vera') });
  expect(labels).toContainEqual({ object_id: third?.object, user_id: discord.personId('vera') });
});

test.each(['channel', 'thread'] as const)(
  'a round that was finished in the other chat is closed here too: in the %s',
  async (layout) => {
    await startOn(slack, layout);
    await openCards(slack, 6);
    await service.stop();
    await startOn(discord, layout);
    for (const card of await openCards(discord, 6)) await discord.answer('vera', card, truthOf(card.object));
    await eventually('report', () => discord.messages().some(({ kind }) => kind === 'report'));
    await service.stop();
    await startOn(slack, layout);
    await eventually('no button left', () =>
      slack.messages().every(({ kind, open, round }) => kind !== 'card' || round !== 1 || !open),
    );
    await eventually(
      '6 of 6 in the header',
      () =>
        slack
          .messages()
          .find(({ kind, round, text }) => kind === 'header' && round === 1 && text.includes('6 of 6')),
      () => JSON.stringify(slack.messages().filter(({ kind }) => kind === 'header')),
      6000,
    );
    expect(slack.messages().filter(({ kind, round }) => kind === 'card' && round === 1)).toHaveLength(6);
  },
);
