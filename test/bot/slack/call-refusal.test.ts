import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { LogLevel, WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import type { Refusal } from '../../../src/bot/port.ts';
import { slackRefusal } from '../../../src/bot/slack/call-refusal.ts';

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
    logLevel: LogLevel.ERROR,
  });
  try {
    await client.chat.postMessage({ channel: 'C1', text: 'a' });
  } catch (error) {
    return slackRefusal(error);
  }
  throw new Error('nobody was there, and it was posted');
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
