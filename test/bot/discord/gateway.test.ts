import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readValue } from '../../../src/store/key-value.ts';
import { customId, type DiscordTeam, openDiscordTeam, textOfMessage } from '../../helpers/discord.ts';
import { eventually } from '../../helpers/service.ts';

let team: DiscordTeam;
afterEach(() => team.stop());

const connected = () => eventually('a session', () => team.sandbox.connections() === 1);
const labels = () => team.db.selectFrom('labels').selectAll().execute();

test('a connection that drops, or is asked to reconnect, is resumed: that costs no IDENTIFY', async () => {
  team = await openDiscordTeam();
  await team.start();
  await connected();
  const left = team.sandbox.identifiesLeft();
  const [one, two] = await team.cards(6);
  for (const [card, fault] of [
    [one, team.sandbox.faults.dropConnections],
    [two, team.sandbox.faults.askReconnect],
  ] as const) {
    await fault();
    await connected();
    if (card === undefined) throw new Error('no card');
    const click = {
      user: team.sandbox.users.vera,
      message: card.id,
      customId: customId(card, 'answer galactic'),
    };
    await eventually('answer', async () => (await team.sandbox.act.click(click)).outcome === 'answered');
  }
  await eventually('two labels', async () => (await labels()).length === 2);
  expect(team.sandbox.identifiesLeft()).toBe(left);
});

test('a connection that is silent is noticed by its heartbeats and resumed, and no click is lost', async () => {
  team = await openDiscordTeam({ heartbeatMs: 400, answerMs: 200 });
  await team.start();
  await connected();
  const { sandbox } = team;
  const left = sandbox.identifiesLeft();
  const [card] = await team.cards(6);
  if (card === undefined) throw new Error('no card');
  const click = (user: string, answer: string) =>
    sandbox.act.click({ user, message: card.id, customId: customId(card, `answer ${answer}`) });
  await sandbox.faults.silenceConnections();
  const began = performance.now();
  await click(sandbox.users.vera, 'galactic');
  await click(sandbox.users.chandra, 'not_galactic');
  // Both are kept; whoever came second hears it though nothing of Discord waits for an answer any more.
  await eventually('a label', async () => (await labels())[0]?.user_id === `discord:${sandbox.users.vera}`);
  // The library alone would wait for half a minute until the other side agrees to close.
  expect(performance.now() - began).toBeLessThan(15_000);
  await eventually('word to the second', () =>
    [...sandbox.ephemerals(sandbox.users.chandra), ...sandbox.directMessages(sandbox.users.chandra)].some(
      (message) => textOfMessage(message).includes('first'),
    ),
  );
  const answers = await team.db.selectFrom('answers').select('user_id').orderBy('id').execute();
  expect(answers.map(({ user_id }) => user_id)).toEqual([
    `discord:${sandbox.users.vera}`,
    `discord:${sandbox.users.chandra}`,
  ]);
  await eventually('verdict', () =>
    sandbox.messages().some((one) => one.id === card.id && textOfMessage(one).includes('– Vera')),
  );
  await connected();
  expect(sandbox.identifiesLeft()).toBe(left);
});

test('a restart resumes, and a click that came meanwhile is kept', async () => {
  team = await openDiscordTeam({ answerMs: 300 });
  await team.start();
  await connected();
  const left = team.sandbox.identifiesLeft();
  const [card] = await team.cards(6);
  if (card === undefined) throw new Error('no card');
  await team.halt();
  // Discord tells whoever clicked that the application did not respond.
  const click = {
    user: team.sandbox.users.vera,
    message: card.id,
    customId: customId(card, 'answer galactic'),
  };
  expect((await team.sandbox.act.click(click)).outcome).not.toBe('answered');
  await team.start();
  await connected();
  await eventually(
    'label',
    async () => (await labels())[0]?.user_id === `discord:${team.sandbox.users.vera}`,
  );
  expect(team.sandbox.identifiesLeft()).toBe(left);
});

test('a command that came while nobody was there is not carried out minutes later', async () => {
  team = await openDiscordTeam({ answerMs: 200 });
  await team.start();
  await connected();
  const [card] = await team.cards(6);
  if (card === undefined) throw new Error('no card');
  await team.halt();
  await team.sandbox.act.command({ user: team.sandbox.users.vera, command: 'finkvra pause' });
  await team.start();
  await connected();
  const click = {
    user: team.sandbox.users.vera,
    message: card.id,
    customId: customId(card, 'answer galactic'),
  };
  await eventually('answer', async () => (await team.sandbox.act.click(click)).outcome === 'answered');
  expect(await readValue(team.db, 'paused')).not.toBe('true');
});

test('a session that Discord does not know any more is asked for anew', async () => {
  team = await openDiscordTeam();
  await team.start();
  await connected();
  const left = team.sandbox.identifiesLeft();
  await team.sandbox.faults.invalidateSessions();
  await eventually('a new session', () => team.sandbox.identifiesLeft() === left - 1);
  await connected();
});

test('where no IDENTIFY is left it waits instead of losing its token', async () => {
  team = await openDiscordTeam();
  await team.sandbox.faults.spendIdentifies(0);
  const token = team.sandbox.botToken;
  await team.start();
  await team.cards(6);
  expect(team.sandbox.connections()).toBe(0);
  expect(team.sandbox.botToken).toBe(token);
  await team.sandbox.faults.spendIdentifies(5);
  await connected();
});

test('a token that Discord refuses ends the start, or the service, with one sentence and without the token', async () => {
  team = await openDiscordTeam();
  await team.sandbox.faults.refuseToken(true);
  await expect(team.start()).rejects.toThrow(/does not accept DISCORD_TOKEN.*Set DISCORD_TOKEN to/);
  await expect(team.start()).rejects.not.toThrow(team.sandbox.botToken);
  await team.sandbox.faults.refuseToken(false);
  const faults: string[] = [];
  await team.start({ bot: { onIncurable: (error) => faults.push(error.message) } });
  await connected();
  await team.sandbox.faults.refuseToken(true);
  await eventually('end', () => faults.length === 1);
  expect(faults[0]).toMatch(/does not accept DISCORD_TOKEN/);
});

test('a stop before the session is open leaves no connection behind', async () => {
  team = await openDiscordTeam();
  await team.sandbox.faults.delayReady(800);
  const left = team.sandbox.identifiesLeft();
  await team.start();
  await eventually('an IDENTIFY', () => team.sandbox.identifiesLeft() < left);
  await team.halt();
  // The library comes back half a second after it has closed a connection.
  await sleep(900);
  const closed = await Promise.race([team.stop().then(() => true), sleep(3_000, false)]);
  expect(closed).toBe(true);
});
