import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import type { Notice } from '../guild/types.ts';
import type { PageState } from '../page-protocol.ts';

/** Sends changes to open pages as server-sent events. */
export interface LiveStream {
  /** Sends one person's state, and again after every change, until the page is closed. */
  readonly watch: (user: string, response: ServerResponse) => void;
  readonly close: () => void;
}

/** Changes within this time are sent together, ms. */
const DELAY_MS = 60;
const HEARTBEAT_MS = 15_000;
const MOST_NOTICES = 20;

export const createLiveStream = (
  core: Core,
  stateOf: (user: string, notices: readonly Notice[]) => PageState,
): LiveStream => {
  const watchers = new Map<ServerResponse, string>();
  let notices: Notice[] = [];
  let timer: NodeJS.Timeout | undefined;

  const send = (response: ServerResponse, user: string): void => {
    response.write(`data: ${JSON.stringify(stateOf(user, notices))}\n\n`);
  };
  const stopListening = core.guild.onChange((change) => {
    if (change.type === 'notice') notices = [...notices, change.notice].slice(-MOST_NOTICES);
    if (change.type === 'message_updated')
      notices = notices.filter(({ about }) => about !== change.message.id);
    if (watchers.size === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const [response, user] of watchers) send(response, user);
    }, DELAY_MS);
  });
  const heartbeat = setInterval(() => {
    for (const response of watchers.keys()) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    watch: (user, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'keep-alive',
      });
      send(response, user);
      watchers.set(response, user);
      response.on('close', () => watchers.delete(response));
    },
    close: () => {
      clearInterval(heartbeat);
      clearTimeout(timer);
      stopListening();
      for (const response of watchers.keys()) response.end();
    },
  };
};
