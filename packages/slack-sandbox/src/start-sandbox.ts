import { type SandboxServer, startServer } from 'sandbox-kit/http-server';
import type { JsonObject } from 'sandbox-kit/json';
import { hostAllowed } from 'sandbox-kit/requests';
import { createTraffic } from 'sandbox-kit/traffic';
import type { Place, SandboxActs, SandboxFaults } from './controls.ts';
import type { CommandInfo, Core, Settings } from './core.ts';
import { createFaultControls, type FaultEvent } from './faults/fault-controls.ts';
import { createFaults, type FaultBox, type FaultState } from './faults/faults.ts';
import { createLiveStream } from './http/live-stream.ts';
import { createRequestHandler } from './http/request-handler.ts';
import { createUploads } from './http/upload-addresses.ts';
import { placeholdersAt } from './interactivity/acts.ts';
import { createAnswering, type Truth } from './interactivity/answer-rest.ts';
import { createChannelActs } from './interactivity/channel-acts.ts';
import { createElementActs } from './interactivity/element-acts.ts';
import { createModalActs } from './interactivity/modal-acts.ts';
import { createOpenViews, viewPayload } from './interactivity/open-views.ts';
import { createResponseUrls } from './interactivity/response-urls.ts';
import { createSocketLink } from './interactivity/socket-link.ts';
import { createTriggers } from './interactivity/triggers.ts';
import { createTypedActs } from './interactivity/typed-acts.ts';
import { resumeFiles } from './web-api/files.ts';
import { createRateLimits } from './web-api/rate-limits.ts';
import { ids, members, newSecret } from './workspace/ids.ts';
import type { Member, StoredMessage } from './workspace/types.ts';
import { createWorkspace } from './workspace/workspace.ts';

export type { StoredMessage } from './workspace/types.ts';

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on; by default 127.0.0.1. */
  readonly host?: string;
  /** The workspace's SQLite file, or `:memory:`. */
  readonly databasePath: string;
  /** Clock for messages; limits and timeouts use real time. */
  readonly clock?: () => Date;
  /** chat.postMessage per channel: a token bucket of this many (5), refilled by `postPerSecond` (1). */
  readonly postBurst?: number;
  readonly postPerSecond?: number;
  /** Every other method: a bucket of this many (20), refilled by Slack's rate per minute. */
  readonly callBurst?: number;
  /** The action_id of a simulated card's true answer, from its metadata; null if it is not simulated. */
  readonly truth?: Truth;
  /** Text above the channel, such as 'Simulated alerts: nothing here is real sky'. */
  readonly bannerText?: string;
  /** Scopes of the app; by default those for its own channel and pictures. */
  readonly scopes?: readonly string[];
  /** The app's slash commands; by default `/finkvra`. */
  readonly commands?: readonly CommandInfo[];
  /** Whether the app is in the channel; by default it is. */
  readonly botIsMember?: boolean;
  /** Time until an uploaded file's mimetype is known, ms (150). */
  readonly fileDelayMs?: number;
  /** Further time until blocks may name it as `slack_file`, ms (1,000). */
  readonly fileSettleMs?: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  /** For `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly channel: string;
  /** The app's user id, for example to remove it from a channel. */
  readonly botUser: string;
  readonly users: readonly Member[];
  /** Public messages, oldest first, with thread replies; by default of the main channel. */
  readonly messages: (channel?: string) => StoredMessage[];
  /** Private notes, oldest first; of one person, or of all. */
  readonly ephemerals: (user?: string) => StoredMessage[];
  readonly modals: (user: string) => JsonObject[];
  readonly home: (user: string) => JsonObject | undefined;
  /**
   * Files in a message (by its `ts`), on a person's Home tab (`view: 'home'`) or in their top modal (`view:
   * 'top'`) that people cannot see, because no posted message had shared them.
   */
  readonly placeholders: (place: Partial<Place>) => readonly string[];
  /** Open Socket Mode connections. */
  readonly connections: () => number;
  readonly act: SandboxActs;
  readonly faults: SandboxFaults;
  readonly stop: () => Promise<void>;
}

const defaultScopes = [
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'usergroups:read',
  'users:read',
];

const defaultCommands: readonly CommandInfo[] = [
  { command: '/finkvra', description: 'Rounds, labels and the model', usage: 'status | next | help' },
];

/**
 * Starts a local workspace that an unmodified Bolt app can run against.
 *
 * @example
 * const sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
 * const receiver = new SocketModeReceiver({
 *   appToken: sandbox.appToken,
 *   installerOptions: { clientOptions: { slackApiUrl: sandbox.apiUrl } },
 * });
 * const app = new App({ token: sandbox.botToken, receiver, clientOptions: { slackApiUrl: sandbox.apiUrl } });
 *
 * @throws where the port is taken or the database cannot be opened
 */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const host = options.host ?? '127.0.0.1';
  const core = buildCore(options, () => baseUrl);
  resumeFiles(core);
  const elements = createElementActs(core);
  const answering = createAnswering(core, options.truth, elements.click);
  const act: SandboxActs = {
    ...elements,
    ...createTypedActs(core),
    ...createModalActs(core),
    ...createChannelActs(core),
    answerRest: answering.answerRest,
  };
  const faults = createFaultControls({
    state: async () => core.faults.state(),
    set: async (change) => changeFaults(change, core),
    happen: (event) => happen(event, core, server),
  });
  const live = createLiveStream(core, options.truth === undefined ? null : answering);
  const server = await startServer({
    port: options.port,
    host,
    onRequest: createRequestHandler({ core, act, faults, live, listenHost: host }),
    onUpgrade: (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      if (!hostAllowed(request, host) || !url.pathname.startsWith('/link')) socket.destroy();
      else core.link.upgrade(request, socket, head, url.searchParams.get('ticket') ?? '');
    },
    onAway: () => core.link.drop(),
  });
  const baseUrl = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${server.port}`;

  return {
    url: baseUrl,
    apiUrl: `${baseUrl}/api/`,
    botToken: core.settings.botToken,
    appToken: core.settings.appToken,
    channel: ids.channel,
    botUser: ids.botUser,
    users: members,
    messages: (channel = ids.channel) =>
      core.workspace.storage.messages({ channel, thread: 'all', ascending: true }),
    ephemerals: (user = '*') =>
      core.workspace.storage.messages({ thread: 'all', onlyTo: user, ascending: true }),
    modals: (user) => core.views.stack(user).map(viewPayload),
    home: (user) => {
      const view = core.views.home(user);
      return view === undefined ? undefined : viewPayload(view);
    },
    placeholders: (place) => placeholdersAt(place, core),
    connections: () => core.link.connections(),
    act,
    faults,
    stop: async () => {
      live.close();
      core.link.close();
      await server.close();
      core.stop();
    },
  };
};

const buildCore = (options: SandboxOptions, baseUrl: () => string): Core & { stop: () => void } => {
  const clock = options.clock ?? (() => new Date());
  const workspace = createWorkspace(options.databasePath, clock, options.botIsMember !== false);
  const announceStatus = (): void => workspace.announce({ type: 'status' });
  const faults: FaultBox = createFaults(announceStatus);
  const traffic = createTraffic(clock);
  const timers = new Set<NodeJS.Timeout>();
  const settings: Settings = {
    scopes: options.scopes ?? defaultScopes,
    commands: options.commands ?? defaultCommands,
    postBurst: options.postBurst ?? 5,
    postPerSecond: options.postPerSecond ?? 1,
    callBurst: options.callBurst ?? 20,
    botToken: workspace.storage.setting('bot_token', () => `xoxb-sandbox-${newSecret()}`),
    appToken: workspace.storage.setting('app_token', () => `xapp-sandbox-${newSecret()}`),
    bannerText: options.bannerText ?? null,
    fileDelayMs: options.fileDelayMs ?? 150,
    fileSettleMs: options.fileSettleMs ?? 1_000,
  };
  return {
    settings,
    workspace,
    views: createOpenViews(workspace),
    link: createSocketLink({ faults, traffic, onConnectionsChanged: announceStatus }),
    triggers: createTriggers(),
    responseUrls: createResponseUrls(),
    faults,
    traffic,
    takeToken: createRateLimits(),
    uploads: createUploads(),
    baseUrl,
    later: (run, delayMs) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, delayMs);
      timers.add(timer);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      workspace.close();
    },
  };
};

/** Changes faults, and ends connections that are no longer allowed. */
const changeFaults = (change: Partial<FaultState>, core: Core): void => {
  core.faults.set(change);
  if (change.socketMode === false) core.link.disable();
  if (change.tokens !== undefined && change.tokens.app !== null) core.link.drop();
};

/** Carries out a fault that is a single event. */
const happen = async (event: FaultEvent, core: Core, server: SandboxServer): Promise<void> => {
  switch (event.name) {
    case 'dropConnections':
      return core.link.drop();
    case 'refreshConnections':
      return core.link.refresh(event.which);
    case 'silenceConnections':
      return core.link.silence(event.which);
    case 'expireTriggers':
      return core.triggers.expireAll();
    case 'expireResponseUrls':
      return core.responseUrls.expireAll();
    case 'goAway':
      return server.goAway(event.forMs);
    case 'comeBack':
      return server.comeBack();
  }
};
