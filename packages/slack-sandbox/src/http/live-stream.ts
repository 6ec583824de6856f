import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import type { Answering } from '../interactivity/answer-rest.ts';
import { viewPayload } from '../interactivity/open-views.ts';
import type { PageEvent, PageState, PageStatus } from '../page-protocol.ts';
import { directChannelOf, ids, members } from '../workspace/ids.ts';
import type { Change, StoredMessage } from '../workspace/types.ts';

/** Tells open pages what changes, by server-sent events. */
export interface LiveStream {
  /** Sends one person's state, then every change that they see, until the page goes away. */
  readonly watch: (user: string, response: ServerResponse) => void;
  readonly watchTraffic: (response: ServerResponse) => void;
  readonly stateOf: (user: string) => PageState;
  readonly close: () => void;
}

const newestMessages = 300;
const statusDelayMs = 80;
const heartbeatMs = 15_000;

export const createLiveStream = (core: Core, answering: Answering | null): LiveStream => {
  const watchers = new Map<ServerResponse, string>();
  const others = new Set<ServerResponse>();
  let statusTimer: NodeJS.Timeout | undefined;

  const status = (): PageStatus => ({
    connections: core.link.connections(),
    openCards: answering?.openCards() ?? null,
    answering: answering?.progress() ?? null,
    faults: core.faults.state(),
  });

  const sendStatus = (): void => {
    if (watchers.size === 0) return;
    statusTimer ??= setTimeout(() => {
      statusTimer = undefined;
      const event: PageEvent = { type: 'status', status: status() };
      for (const response of watchers.keys()) send(response, event);
    }, statusDelayMs);
  };

  const stateOf = (user: string): PageState => {
    const { storage } = core.workspace;
    const channel = storage.messages({ channel: ids.channel, thread: 'all', limit: newestMessages + 1 });
    const direct = storage.messages({ channel: directChannelOf(user), thread: 'all', limit: newestMessages });
    const notes = storage.messages({ thread: 'all', onlyTo: user, limit: 50 });
    const home = core.views.home(user);
    return {
      type: 'state',
      workspace: {
        name: ids.teamName,
        banner: core.settings.bannerText,
        channel: { id: ids.channel, name: ids.channelName },
        app: { userId: ids.botUser, name: 'Finkvra' },
        users: members,
        commands: core.settings.commands,
      },
      user,
      messages: [...channel.slice(0, newestMessages), ...direct, ...notes].sort(byTime),
      hasOlder: channel.length > newestMessages,
      home: home === undefined ? null : viewPayload(home),
      modals: core.views.stack(user).map(viewPayload),
      status: status(),
    };
  };

  const eventFor = (change: Change, user: string): PageEvent | null => {
    switch (change.type) {
      case 'message':
        return sees(user, change.message) ? change : null;
      case 'message_deleted':
        return change;
      case 'notice':
        return change.notice.user === user ? change : null;
      case 'home': {
        const view = core.views.home(user);
        return change.user === user
          ? { type: 'home', view: view === undefined ? null : viewPayload(view) }
          : null;
      }
      case 'modals':
        return change.user === user
          ? { type: 'modals', views: core.views.stack(user).map(viewPayload) }
          : null;
      case 'status':
        return null;
    }
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
  }, heartbeatMs);
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

const byTime = (a: StoredMessage, b: StoredMessage): number => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);

const sees = (user: string, message: StoredMessage): boolean =>
  (message.ephemeral_to ?? user) === user &&
  (message.channel === ids.channel || message.channel === directChannelOf(user));

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
