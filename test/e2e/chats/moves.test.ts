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

const startOn = async (chat: TeamChat): Promise<void> => {
  service = await serviceOn(db, chat.config);
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
  for (const card of await openCards(slack, 5)) await slack.answer('chandra', card, truthOf(card.object));
  // One of them was answered in the other chat: that answer counts, and who comes late is told.
  await eventually('note', () => slack.notes('chandra').some((note) => note.includes('first')));
  await eventually('report', () => slack.messages().some(({ kind }) => kind === 'report'));
  const labels = await db.selectFrom('labels').select(['object_id', 'user_id']).execute();
  expect(labels).toHaveLength(6);
  expect(labels).toContainEqual({ object_id: first?.object, user_id: slack.personId('vera') });
  expect(labels).toContainEqual({ object_id: third?.object, user_id: discord.personId('vera') });
});
