import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import type { Answering } from '../interactivity/answer-rest.ts';
import type { PageEvent, PageState } from '../page-protocol.ts';
import { createPageStates } from './page-state.ts';

/** Sends changes to open pages as server-sent events. */
export interface LiveStream {
  /** Sends one person's state, then every change they can see, until the page is closed. */
  readonly watch: (user: string, response: ServerResponse) => void;
  readonly watchTraffic: (response: ServerResponse) => void;
  readonly stateOf: (user: string) => PageState;
  readonly close: () => void;
}

const STATUS_DELAY_MS = 80;
const HEARTBEAT_MS = 15_000;

export const createLiveStream = (core: Core, answering: Answering | null): LiveStream => {
  const { status, stateOf, eventFor } = createPageStates(core, answering);
  const watchers = new Map<ServerResponse, string>();
  const others = new Set<ServerResponse>();
  let statusTimer: NodeJS.Timeout | undefined;

  const sendStatus = (): void => {
    if (watchers.size === 0) return;
    statusTimer ??= setTimeout(() => {
      statusTimer = undefined;
      const event: PageEvent = { type: 'status', status: status() };
      for (const response of watchers.keys()) send(response, event);
    }, STATUS_DELAY_MS);
  };

  const stopListening = core.workspace.onChange((change) => {
    for (const [response, user] of watchers) {
      const event = eventFor(change, user);
      if (event !== null) send(response, event);
    }
    if (change.type === 'status' || change.type.startsWith('message')) sendStatus();
  });

  const heartbeat = setInterval(() => {
    for (const response of [...watchers.keys(), ...others]) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    stateOf,
    watch: (user, response) => {
      open(response);
      send(response, stateOf(user));
      watchers.set(response, user);
      response.on('close', () => watchers.delete(response));
    },
    watchTraffic: (response) => {
      open(response);
      others.add(response);
      for (const entry of core.traffic.since(0)) send(response, entry);
      const stop = core.traffic.onEntry((entry) => send(response, entry));
      response.on('close', () => {
        stop();
        others.delete(response);
      });
    },
    close: () => {
      clearInterval(heartbeat);
      clearTimeout(statusTimer);
      stopListening();
      for (const response of [...watchers.keys(), ...others]) response.end();
    },
  };
};

const open = (response: ServerResponse): void => {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
};

const send = (response: ServerResponse, data: unknown): void => {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
};
