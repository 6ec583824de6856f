import { once } from 'node:events';
import { createServer } from 'node:http';
import { Routes } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { discordRefusal } from '../../../src/bot/discord/call-refusal.ts';
import { createRestClients } from '../../../src/bot/discord/connection/rest.ts';
import type { Refusal } from '../../../src/bot/port.ts';

/** What a post is taken for that is answered so. */
const answeredWith = async (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Refusal> => {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const rest = createRestClients({ token: 'x', apiUrl: `http://127.0.0.1:${address.port}/api` });
  try {
    await rest.oneTry.post(Routes.channelMessages('1'), { body: { content: 'a' } });
  } catch (error) {
    return discordRefusal(error);
  } finally {
    rest.close();
    server.close();
    server.closeAllConnections();
  }
  throw new Error('it was taken for a message');
};

const JSON_TYPE = { 'content-type': 'application/json' };

test.each([
  ['a page of something in between', '<!DOCTYPE html><p>Please sign in', { 'content-type': 'text/html' }],
  ['half of an answer', '{"id":"17","chan', JSON_TYPE],
  ['nothing', '', {}],
])('an answer that is %s says nothing of the post', async (_what, body, headers) => {
  expect(await answeredWith(200, body, headers)).toEqual({ kind: 'unsure' });
});

test.each([
  ['in seconds', '7', 7],
  ['of nothing', '0', 1],
  ['that is no number, which would hold the message for ever', 'Wed, 21 Oct 2026 07:28:00 GMT', 1],
  ['of months', '9999999', 3600],
])('a wait %s is a wait', async (_what, retryAfter, seconds) => {
  const refusal = await answeredWith(429, '{"message":"slow down","retry_after":1,"global":false}', {
    ...JSON_TYPE,
    'retry-after': retryAfter,
    via: '1.1 google',
  });
  expect(refusal).toMatchObject({ kind: 'limited' });
  if (refusal.kind !== 'limited') return;
  expect(refusal.seconds).toBeGreaterThanOrEqual(seconds);
  expect(refusal.seconds).toBeLessThanOrEqual(seconds + 1);
});
