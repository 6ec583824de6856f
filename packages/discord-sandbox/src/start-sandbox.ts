import { type SandboxServer, startServer } from 'sandbox-kit/http-server';
import type { JsonObject } from 'sandbox-kit/json';
import { hostAllowed } from 'sandbox-kit/requests';
import { buildCore } from './build-core.ts';
import type { SandboxActs, SandboxFaults } from './controls.ts';
import type { Core } from './core.ts';
import { createFaultControls, type FaultEvent } from './faults/fault-controls.ts';
import type { FaultState } from './faults/faults.ts';
import { firstMembers, ids } from './guild/ids.ts';
import type { Channel, Member, StoredMessage } from './guild/types.ts';
import { createLiveStream } from './http/live-stream.ts';
import { createPageState } from './http/page-state.ts';
import { createRequestHandler } from './http/request-handler.ts';
import { createAnswering } from './interactivity/answer-rest.ts';
import { createCommandActs } from './interactivity/command-acts.ts';
import { createComponentActs } from './interactivity/component-acts.ts';
import { createGuildActs } from './interactivity/guild-acts.ts';
import { createModalActs } from './interactivity/modal-acts.ts';
import type { OpenModal } from './interactivity/open-modals.ts';
import type { SandboxOptions } from './settings.ts';

export type { StoredMessage } from './guild/types.ts';
export type { SandboxOptions } from './settings.ts';

/** A running sandbox. */
export interface DiscordSandbox {
  readonly url: string;
  /** For discord.js's `rest.api`, without the version. */
  readonly apiUrl: string;
  /** The bot's current token: Discord resets it after too many IDENTIFYs. */
  readonly botToken: string;
  /** The app's id, which is also its bot's user id. */
  readonly applicationId: string;
  readonly guild: string;
  readonly channel: string;
  readonly roles: { readonly labellers: string; readonly operators: string };
  /** Vera has both roles, Subrahmanyan the labellers' role, Cecilia none; Edwin is not in the server. */
  readonly users: {
    readonly vera: string;
    readonly chandra: string;
    readonly cecilia: string;
    readonly edwin: string;
  };
  readonly members: readonly Member[];
  /** Public messages, oldest first, by default of the main channel; a thread is its own channel. */
  readonly messages: (channel?: string) => StoredMessage[];
  /** Private answers, oldest first; of one person, or of all. */
  readonly ephemerals: (user?: string) => StoredMessage[];
  /** The modal open for this person. */
  readonly modal: (user: string) => OpenModal | undefined;
  /** All channels, threads and direct messages. */
  readonly channels: () => readonly Channel[];
  /** Direct messages of the app and this person, oldest first. */
  readonly directMessages: (user: string) => StoredMessage[];
  readonly commands: () => JsonObject[];
  /** A file's bytes, by its attachment id. */
  readonly file: (attachment: string) => Uint8Array | undefined;
  /** Open Gateway connections with a session. */
  readonly connections: () => number;
  /** IDENTIFYs left today. */
  readonly identifiesLeft: () => number;
  readonly act: SandboxActs;
  readonly faults: SandboxFaults;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a local Discord server that an unmodified discord.js bot can run against.
 *
 * @example
 * const sandbox = await startDiscordSandbox({ port: 0, databasePath: ':memory:' });
 * const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: sandbox.apiUrl } });
 * await client.login(sandbox.botToken);
 *
 * @throws where the port is taken or the database cannot be opened
 */
export const startDiscordSandbox = async (options: SandboxOptions): Promise<DiscordSandbox> => {
  const host = options.host ?? '127.0.0.1';
  const core = buildCore(options, () => baseUrl);
  const components = createComponentActs(core);
  const answering = createAnswering(core, options.truth, components.click);
  const act: SandboxActs = {
    ...components,
    ...createCommandActs(core),
    ...createModalActs(core),
    ...createGuildActs(core),
    answerRest: answering.answerRest,
  };
  const changeFaults = (change: Partial<FaultState>): void => {
    core.faults.set(change);
    if (change.refuseToken === true) core.gateway.closeAll(4004);
  };
  const happen = (event: FaultEvent): Promise<void> => makeHappen(event, core, server);
  const faults = createFaultControls({
    state: async () => core.faults.state(),
    set: async (change) => changeFaults(change),
    happen,
  });
  const live = createLiveStream(core, createPageState(core, options.truth === undefined ? null : answering));
  const server = await startServer({
    port: options.port,
    host,
    onRequest: createRequestHandler({ core, act, changeFaults, happen, live, listenHost: host }),
    onUpgrade: (request, socket, head) => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      if (!hostAllowed(request, host) || pathname !== '/') socket.destroy();
      else core.gateway.upgrade(request, socket, head);
    },
    onAway: () => core.gateway.drop(),
  });
  const baseUrl = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${server.port}`;
  const stop = async (): Promise<void> => {
    live.close();
    await server.close();
    core.stop();
  };
  return {
    ...reading(core),
    url: baseUrl,
    apiUrl: `${baseUrl}/api`,
    get botToken() {
      return core.token.current();
    },
    act,
    faults,
    stop,
  };
};

/** State that tests examine. */
const reading = (
  core: Core,
): Omit<DiscordSandbox, 'url' | 'apiUrl' | 'botToken' | 'act' | 'faults' | 'stop'> => {
  const { storage } = core.guild;
  return {
    applicationId: ids.bot,
    guild: ids.guild,
    channel: ids.channel,
    roles: { labellers: ids.labellers, operators: ids.operators },
    users: { vera: ids.vera, chandra: ids.chandra, cecilia: ids.cecilia, edwin: ids.edwin },
    members: firstMembers,
    messages: (channel = ids.channel) => storage.messages({ channel, ascending: true }),
    ephemerals: (user = '*') => storage.messages({ onlyTo: user, ascending: true }),
    modal: (user) => core.modals.of(user),
    channels: () => core.guild.channels(),
    directMessages: (user) => {
      const channel = core.guild.channels().find(({ recipient }) => recipient === user);
      return channel === undefined ? [] : storage.messages({ channel: channel.id, ascending: true });
    },
    commands: () => [...storage.commands(ids.guild), ...storage.commands(null)],
    file: (attachment) => storage.attachment(attachment)?.bytes,
    connections: () => core.gateway.connected(),
    identifiesLeft: () => Number(core.gateway.startLimit().remaining),
  };
};

/** Carries out a fault that is a single event. */
const makeHappen = async (event: FaultEvent, core: Core, server: SandboxServer): Promise<void> => {
  switch (event.name) {
    case 'dropConnections':
      return core.gateway.drop();
    case 'silenceConnections':
      return core.gateway.silence();
    case 'closeConnections':
      return core.gateway.closeAll(event.code);
    case 'askReconnect':
      return core.gateway.askReconnect();
    case 'invalidateSessions':
      return core.gateway.invalidate(event.resumable);
    case 'spendIdentifies':
      return core.gateway.leaveIdentifies(event.left);
    case 'expireInteractions':
      return core.interactions.expireAll();
    case 'forgetNonces':
      return core.nonces.forgetAll();
    case 'goAway':
      return server.goAway(event.forMs);
    case 'comeBack':
      return server.comeBack();
  }
};
