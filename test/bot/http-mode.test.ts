import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import type { StoredMessage } from 'slack-sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLabel } from '../../src/store/answers/labels.ts';
import { subjectOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

const SECRET = 'a-signing-secret-of-a-test';
let team: Team;
let port: number;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

beforeEach(async () => {
  port = await freePort();
  team = await startTeam({ http: { signingSecret: SECRET, port } });
});
afterEach(() => team.stop());

const clickBody = (card: StoredMessage): string => {
  const payload = {
    type: 'block_actions',
    user: { id: team.vera, username: 'vera', name: 'vera', team_id: 'T0FINKVRA' },
    team: { id: 'T0FINKVRA', domain: 'x' },
    api_app_id: 'A0FINKVRA',
    token: 'x',
    trigger_id: '1.2',
    container: { type: 'message', message_ts: card.ts, channel_id: card.channel },
    channel: { id: card.channel, name: 'finkvra' },
    actions: [
      {
        type: 'button',
        action_id: 'answer_galactic',
        block_id: 'card',
        value: String(card.metadata?.event_payload.candidate),
        action_ts: '1.5',
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
};

const send = (body: string, { secret = SECRET, age = 0 } = {}): Promise<Response> => {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
};

test('a signed click counts, without any Socket Mode connection', async () => {
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  expect(team.sandbox.connections()).toBe(0);
  const { status } = await send(clickBody(card));
  expect(status).toBe(200);
  await team.says(card, /Galactic – [Vv]era/);
});

test('a wrongly signed click, and one that is too old, are refused and change nothing', async () => {
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  expect((await send(clickBody(card), { secret: 'another-secret' })).status).toBe(401);
  expect((await send(clickBody(card), { age: 600 })).status).toBe(401);
  expect(await findLabel(team.db, subjectOf(card).object)).toBeUndefined();
});
