import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { LogLevel, WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import type { Refusal } from '../../../src/bot/port.ts';
import { slackRefusal } from '../../../src/bot/slack/call-refusal.ts';
import { slackFetch } from '../../../src/bot/slack/connection/slack-fetch.ts';

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
};

const listening = async (server: Server): Promise<Server> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** What a post to whatever is at this port is taken for. */
const postTo = async (port: number): Promise<Refusal> => {
  const slackApiUrl = `http://127.0.0.1:${port}/api/`;
  const client = new WebClient('xoxb-1', {
    slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    fetch: slackFetch,
  });
  try {
    await client.chat.postMessage({ channel: 'C1', text: 'a' });
  } catch (error) {
    return slackRefusal(error);
  }
  throw new Error('nobody was there, and it was posted');
};

/** What a post is taken for that is answered so. */
const answeredWith = async (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Refusal> => {
  const server = await listening(
    createHttpServer((_request, response) => response.writeHead(status, headers).end(body)),
  );
  try {
    return await postTo(portOf(server));
  } finally {
    server.close();
  }
};

test('a post to nobody was not carried out: it is made again soon, and not looked for first', async () => {
  const server = await listening(createServer());
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  expect(await postTo(port)).toEqual({ kind: 'limited', seconds: 2 });
});

test('of a post whose connection ends before the answer nobody knows whether it was', async () => {
  const server = await listening(createServer((socket) => socket.on('data', () => socket.destroy())));
  expect(await postTo(portOf(server))).toEqual({ kind: 'unsure' });
  server.close();
});

test.each([
  ['a page of something in between', '<!DOCTYPE html><p>Please sign in to this network'],
  ['half of an answer', '{"ok":true,"channel":"C1","ts":"17'],
  ['nothing', ''],
  ['JSON of another kind', '[]'],
  ['null', 'null'],
])('an answer that is %s says nothing of the post', async (_what, body) => {
  expect(await answeredWith(200, body)).toEqual({ kind: 'unsure' });
});

const soon = new Date(Date.now() + 30_000).toUTCString();

test.each([
  ['as Slack writes it', 429, { 'retry-after': '7' }, 7, 7],
  ['of nothing, which would be a call at once, again and again', 429, { 'retry-after': '0' }, 1, 1],
  ['below nothing', 429, { 'retry-after': '-5' }, 1, 60],
  ['of years', 429, { 'retry-after': '99999999' }, 3600, 3600],
  ['until a date', 429, { 'retry-after': soon }, 25, 30],
  ['that is not told', 429, {}, 1, 60],
  ['that is no time', 429, { 'retry-after': 'later' }, 1, 60],
])(
  'a wait %s is waited for, and the post was not carried out',
  async (_what, status, headers, least, most) => {
    const refusal = await answeredWith(status, '{"ok":false,"error":"ratelimited"}', headers);
    expect(refusal).toMatchObject({ kind: 'limited' });
    if (refusal.kind !== 'limited') return;
    expect(refusal.seconds).toBeGreaterThanOrEqual(least);
    expect(refusal.seconds).toBeLessThanOrEqual(most);
  },
);

test.each(['ratelimited', 'rate_limited'])('%s is a wait with status 200, too', async (error) => {
  const answer = JSON.stringify({ ok: false, error });
  expect(await answeredWith(200, answer, { 'retry-after': '3' })).toEqual({ kind: 'limited', seconds: 3 });
});

test.each([
  ['internal_error', 'unsure'],
  ['fatal_error', 'unsure'],
  ['request_timeout', 'unsure'],
  ['service_unavailable', 'unsure'],
  ['team_added_to_org', 'unsure'],
  ['invalid_blocks', 'content'],
  ['invalid_arguments', 'content'],
  ['msg_too_long', 'content'],
  ['message_not_found', 'gone'],
  ['restricted_action_thread_locked', 'gone'],
  ['cant_update_message', 'fixed'],
  ['edit_window_closed', 'fixed'],
  ['channel_not_found', 'refused'],
  ['not_in_channel', 'refused'],
  ['restricted_action', 'refused'],
  ['token_revoked', 'refused'],
  ['a_name_of_tomorrow', 'refused'],
])('Slack’s %s is taken as %s', async (error, kind) => {
  expect(await answeredWith(200, JSON.stringify({ ok: false, error }))).toMatchObject({ kind });
});
