import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredMessage } from 'discord-sandbox';
import { afterEach, expect, test } from 'vitest';
import { findLabel } from '../../../src/store/answers/labels.ts';
import { inTransaction } from '../../../src/store/open-store.ts';
import {
  customId,
  customIdsOf,
  type DiscordTeam,
  openDiscordTeam,
  textOfMessage,
} from '../../helpers/discord.ts';
import { eventually } from '../../helpers/service.ts';

let team: DiscordTeam;
afterEach(() => team.stop());

const begin = async (...how: Parameters<DiscordTeam['start']>): Promise<StoredMessage[]> => {
  team = await openDiscordTeam();
  await team.start(...how);
  await eventually('a session', () => team.sandbox.connections() === 1);
  await eventually('the commands', () => team.sandbox.commands().length > 0);
  return team.cards(6);
};
const press = (user: string, message: StoredMessage, start: string) =>
  team.sandbox.act.click({ user, message: message.id, customId: customId(message, start) });
const lastNote = (user: string): StoredMessage => {
  const note = team.sandbox.ephemerals(user).at(-1);
  if (note === undefined) throw new Error('there is no private answer');
  return note;
};

test('names are suggested to those who may label while they type, and to nobody else', async () => {
  team = await openDiscordTeam();
  const groups = [team.sandbox.roles.labellers];
  await team.start({ bot: { people: { labellers: { users: [], groups }, operators: 'everyone' } } });
  await eventually('the commands', () => team.sandbox.commands().length > 0);
  await eventually('a session', () => team.sandbox.connections() === 1);
  const ask = (user: string, typed: string) =>
    team.sandbox.act.autocomplete({
      user,
      command: 'finkvra show',
      options: { object: typed },
      focused: 'object',
    });
  const names = await ask(team.sandbox.users.vera, 'sim');
  expect(names?.length).toBeGreaterThan(5);
  expect(names?.every(({ name }) => name.startsWith('SIM'))).toBe(true);
  expect(await ask(team.sandbox.users.vera, 'ZTF')).toEqual([]);
  expect(await ask(team.sandbox.users.cecilia, 'sim')).toEqual([]);
});

test('a role lets people label: it is read from what they do', async () => {
  team = await openDiscordTeam();
  const { users, roles } = team.sandbox;
  const labellers = { users: [], groups: [roles.labellers] };
  await team.start({ bot: { people: { labellers, operators: { users: [], groups: [roles.operators] } } } });
  await eventually('a session', () => team.sandbox.connections() === 1);
  const [card] = await team.cards(6);
  await press(users.cecilia, card as StoredMessage, 'answer galactic');
  await team.note(users.cecilia, `Labels are given by <@&${roles.labellers}>`);
  await team.sandbox.act.setRoles({ user: users.cecilia, roles: ['labellers'] });
  await press(users.cecilia, card as StoredMessage, 'answer galactic');
  await eventually('label', async () =>
    (await team.db.selectFrom('labels').selectAll().execute()).some(
      ({ user_id }) => user_id === `discord:${users.cecilia}`,
    ),
  );
});

test('home, the guidelines and the export come privately; the export as a file', async () => {
  await begin({});
  const { vera, chandra } = team.sandbox.users;
  const ask = (word: string) => team.sandbox.act.command({ user: vera, command: `finkvra ${word}` });
  await ask('home');
  const home = textOfMessage(await team.note(vera, 'Waiting for you'));
  for (const words of ['Round 1', '0 of 6 labelled', 'My labels', 'The model', 'Settings in force'])
    expect(home).toContain(words);
  await ask('guidelines');
  await team.note(vera, 'Galactic');
  const [card] = await team.cards(6);
  await press(vera, card as StoredMessage, 'answer galactic');
  await ask('export');
  await eventually('a file', () =>
    team.sandbox
      .ephemerals(vera)
      .some(({ attachments }) => attachments.some(({ filename }) => filename.endsWith('.csv'))),
  );
  expect(team.sandbox.ephemerals(chandra)).toEqual([]);
});

test('review mode walks through the round in one private message, with undo and a comment', async () => {
  await begin({});
  const { vera } = team.sandbox.users;
  await team.sandbox.act.command({ user: vera, command: 'finkvra label' });
  const shown = await team.note(vera, '1 of 6');
  await press(vera, lastNote(vera), 'review-answer galactic');
  await team.note(vera, '2 of 6');
  expect(lastNote(vera).id).toBe(shown.id);
  await press(vera, lastNote(vera), 'review-undo');
  await team.note(vera, '1 of 6');
  await press(vera, lastNote(vera), 'review-later');
  await team.note(vera, '1 of 6');
  await press(vera, lastNote(vera), 'review-remark');
  await team.sandbox.act.submit({
    user: vera,
    values: { answer: ['not_galactic'], unsure: ['unsure'], note: 'a host north of it' },
  });
  await team.note(vera, '2 of 6');
  const kept = await team.db.selectFrom('answers').select(['answer', 'note', 'unsure']).execute();
  expect(kept).toContainEqual({ answer: 'not_galactic', note: 'a host north of it', unsure: 1 });
  for (let left = 5; left > 0; left -= 1) {
    const now = lastNote(vera);
    if (!customIdsOf(now).some((id) => id.startsWith('review-answer'))) break;
    await press(vera, now, 'review-answer galactic');
  }
  await team.note(vera, 'Thank you! 6 answers');
  expect(team.sandbox.ephemerals(vera)).toHaveLength(1);
});

test('a comment goes with an answer given on a card, which shows it', async () => {
  const [card] = await begin({});
  const { vera } = team.sandbox.users;
  await press(vera, card as StoredMessage, 'remark');
  await team.sandbox.act.submit({ user: vera, values: { answer: ['agn'], note: 'in a nucleus' } });
  await eventually('card that says so', () =>
    team.sandbox
      .messages()
      .some(({ id, ...rest }) => id === card?.id && textOfMessage({ id, ...rest }).includes('in a nucleus')),
  );
});

test('cards stand in the thread of their header where the layout says so, and can be answered there', async () => {
  const cards = await begin({ rounds: { layout: 'thread' } });
  const [card] = cards;
  expect(cards.every(({ channel_id }) => channel_id !== team.sandbox.channel)).toBe(true);
  expect(new Set(cards.map(({ channel_id }) => channel_id)).size).toBe(1);
  await press(team.sandbox.users.vera, card as StoredMessage, 'answer galactic');
  await eventually('card that says so', () =>
    team.sandbox
      .messages(card?.channel_id)
      .some((message) => message.id === card?.id && textOfMessage(message).includes('Galactic – Vera')),
  );
  await team.halt();
  await team.start({ rounds: { layout: 'thread' } });
  await eventually('a session', () => team.sandbox.connections() === 1);
  expect(await team.cards(5)).toHaveLength(5);
});

test('what is done in another channel is refused in words, and nothing is kept', async () => {
  await begin({});
  const { vera } = team.sandbox.users;
  const { id } = await team.sandbox.act.createChannel({ name: 'elsewhere' });
  await team.sandbox.act.command({ user: vera, command: 'finkvra pause', channel: id });
  await team.note(vera, `are taken in <#${team.sandbox.channel}> only`);
});

test('an interaction that is delivered twice counts once, and a button of another version is answered', async () => {
  const [card] = await begin({});
  const { vera } = team.sandbox.users;
  // The same event again, as after a broken connection.
  const interaction = {
    id: '1300000000000000001',
    application_id: team.sandbox.applicationId,
    type: 3,
    token: 'a-token-that-nobody-knows',
    version: 1,
    guild_id: team.sandbox.guild,
    channel_id: team.sandbox.channel,
    channel: { id: team.sandbox.channel, type: 0 },
    member: { user: { id: vera, username: 'vera', global_name: 'Vera Rubin' }, roles: [] },
    message: { id: card?.id, flags: 0, components: [] },
    data: { component_type: 2, custom_id: customId(card as StoredMessage, 'answer galactic') },
  };
  for (let time = 0; time < 2; time += 1)
    await team.sandbox.act.deliver({ event: 'INTERACTION_CREATE', data: interaction });
  const object = String(card?.embeds[0]?.title).split(':')[0] ?? '';
  // Its acknowledgement is refused, which changes nothing about the answer.
  await eventually('label', () => findLabel(team.db, object));
  expect(await team.db.selectFrom('answers').selectAll().execute()).toHaveLength(1);
});

test('a store that is busy for longer than Discord waits: the person is told, and told again when it is stored', async () => {
  const [card] = await begin({});
  const { vera } = team.sandbox.users;
  const busy = inTransaction(team.db, () => sleep(2_600));
  const { outcome } = await press(vera, card as StoredMessage, 'answer galactic');
  expect(outcome).toBe('answered');
  expect(textOfMessage(lastNote(vera))).toContain('Not stored yet');
  await busy;
  await team.note(vera, 'Stored now');
  expect(team.sandbox.ephemerals(vera)).toHaveLength(1);
  expect(await team.db.selectFrom('labels').selectAll().execute()).toHaveLength(1);
});

test('a post whose answer was lost where the history may not be read is asked about, and not made again', async () => {
  team = await openDiscordTeam();
  const { vera } = team.sandbox.users;
  const operators = { users: [`discord:${vera}`], groups: [] };
  await team.start({
    bot: {
      people: { labellers: 'everyone', operators },
      outboxTimes: { firstPauseMs: 20, settleMs: 50, doubtLookMs: 100, askAfterMs: 100 },
    },
  });
  const cards = await team.cards(6);
  await eventually('a session', () => team.sandbox.connections() === 1);
  await team.sandbox.act.denyBot({ permissions: ['READ_MESSAGE_HISTORY'] });
  await team.sandbox.faults.loseNextAnswer(1, 'create-message');
  for (const [index, card] of cards.entries())
    await press(vera, card, index % 2 === 0 ? 'answer galactic' : 'answer not_galactic');
  const asked = await eventually('question', () =>
    team.sandbox
      .directMessages(vera)
      .find((message) => textOfMessage(message).includes('Is this message in the channel')),
  );
  const posted = team.sandbox.messages().length;
  await team.sandbox.act.click({ user: vera, message: asked.id, customId: customId(asked, 'there') });
  await eventually('settled', async () =>
    (await team.db.selectFrom('messages').selectAll().execute()).every(({ state }) => state !== 'unsure'),
  );
  await team.sandbox.act.denyBot({ permissions: [] });
  await team.cards(3);
  const keys = team.sandbox.messages().flatMap((message) => customIdsOf(message).slice(0, 1));
  expect(new Set(keys).size).toBe(keys.length);
  expect(team.sandbox.messages().length).toBeGreaterThanOrEqual(posted);
});
