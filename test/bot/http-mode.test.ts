import { networkInterfaces } from 'node:os';
import type { StoredMessage } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPaused } from '../../src/loop/rounds/open-round.ts';
import { findLabel } from '../../src/store/answers/labels.ts';
import { subjectOf } from '../helpers/service.ts';
import {
  clickPayload,
  commandBody,
  createSender,
  freePort,
  interaction,
} from '../helpers/signed-requests.ts';
import { startTeam, type Team } from '../helpers/team.ts';

const SECRET = 'a-signing-secret-of-a-test';
let team: Team;
let port: number;
let send: ReturnType<typeof createSender>;

beforeEach(async () => {
  port = await freePort();
  send = createSender(port, SECRET);
  team = await startTeam({ http: { signingSecret: SECRET, port } });
});
afterEach(() => team.stop());

const firstCard = async (): Promise<StoredMessage> => {
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  return card;
};

const labelOf = (card: StoredMessage) => findLabel(team.db, subjectOf(card).object);
const command = (text: string, options: Parameters<typeof commandBody>[2] = {}) =>
  commandBody(team.vera, text, { channel: team.sandbox.channel, ...options });

describe('clicks over HTTP', () => {
  test('a signed one counts, without any Socket Mode connection', async () => {
    const card = await firstCard();
    expect(team.sandbox.connections()).toBe(0);
    const { status } = await send(interaction(clickPayload(team.vera, card)));
    expect(status).toBe(200);
    await team.says(card, 'Galactic – Vera');
  });

  test('one with a wrong signature, one too old, and one from the future are refused and change nothing', async () => {
    const card = await firstCard();
    const click = interaction(clickPayload(team.vera, card));
    expect((await send(click, { secret: 'another-secret' })).status).toBe(401);
    expect((await send(click, { age: 600 })).status).toBe(401);
    expect((await send(click, { age: -600 })).status).toBe(401);
    expect(await labelOf(card)).toBeUndefined();
    expect((await send(click, { age: -60 })).status).toBe(200);
  });

  test('are received on 127.0.0.1 alone, and at no other address', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal);
    const host = outer?.address ?? '127.0.0.2';
    await expect(fetch(`http://${host}:${port}/slack/events`)).rejects.toThrow();
  });
});

describe('who may', () => {
  test('somebody of another workspace, in a channel shared by Slack Connect, may not answer', async () => {
    const card = await firstCard();
    const { status } = await send(interaction(clickPayload('U0STRANGER', card, { team: 'T0OTHER' })));
    expect(status).toBe(200);
    expect(await labelOf(card)).toBeUndefined();
  });

  test('a click in another channel is not taken', async () => {
    const card = await firstCard();
    await send(interaction(clickPayload(team.vera, card, { channel: 'C0ELSEWHERE' })));
    expect(await labelOf(card)).toBeUndefined();
  });

  test('a command from another workspace or channel does nothing and says why', async () => {
    const elsewhere = await send(command('pause', { channel: 'C0ELSEWHERE' }));
    expect(await elsewhere.json()).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining(`<#${team.sandbox.channel}> only`),
    });
    const stranger = await send(command('pause', { team: 'T0OTHER' }));
    expect(await stranger.json()).toMatchObject({ text: expect.stringContaining('own workspace only') });
    expect(await isPaused(team.db)).toBe(false);
  });
});

describe('what nobody knows is acknowledged at once', () => {
  const inTime = async (body: string, type?: string): Promise<void> => {
    const since = performance.now();
    const { status } = await send(body, type === undefined ? {} : { type });
    expect(status).toBe(200);
    // Bolt would let Slack wait for 3 s and then answer 404.
    expect(performance.now() - since).toBeLessThan(1500);
  };

  test('a button, a shortcut, a modal and a command of another version', async () => {
    const card = await firstCard();
    const common = { user: { id: team.vera, team_id: 'T0SANDBOX' }, team: { id: 'T0SANDBOX' }, token: 'x' };
    await inTime(interaction(clickPayload(team.vera, card, { actionId: 'of_tomorrow' })));
    await inTime(interaction({ type: 'shortcut', callback_id: 'of_tomorrow', trigger_id: '1', ...common }));
    await inTime(
      interaction({ type: 'view_submission', view: { callback_id: 'of_tomorrow', id: 'V1' }, ...common }),
    );
    await inTime(command('status', { command: '/of-tomorrow' }));
  });

  test('a payload of a type that there is not yet', async () => {
    await inTime(interaction({ type: 'thought', user: { id: team.vera, team_id: 'T0SANDBOX' } }));
    await inTime(JSON.stringify({ type: 'thought' }), 'application/json');
  });
});
