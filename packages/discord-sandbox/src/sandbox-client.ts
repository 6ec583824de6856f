import { sandboxHttp } from 'sandbox-kit/http-client';
import type { JsonObject } from 'sandbox-kit/json';
import { z } from 'zod';
import type { ActResult, SandboxActs, SandboxFaults } from './controls.ts';
import { createFaultControls } from './faults/fault-controls.ts';
import { faultStateSchema } from './faults/fault-schema.ts';
import { type Channel, channelSchema, type StoredMessage, storedMessageSchema } from './guild/types.ts';

/** A sandbox in another process, driven over HTTP with the same actions and faults. */
export interface DiscordSandboxClient {
  readonly url: string;
  readonly messages: (channel?: string) => Promise<StoredMessage[]>;
  readonly ephemerals: (user?: string) => Promise<StoredMessage[]>;
  readonly modal: (user: string) => Promise<JsonObject | null>;
  readonly channels: () => Promise<Channel[]>;
  readonly commands: () => Promise<JsonObject[]>;
  readonly connections: () => Promise<number>;
  /** IDENTIFYs left today. */
  readonly identifiesLeft: () => Promise<number>;
  /** The bot's current token. */
  readonly botToken: () => Promise<string>;
  readonly act: SandboxActs;
  readonly faults: SandboxFaults;
}

const object = z.record(z.string(), z.unknown());
const messageList = z.array(storedMessageSchema);
const statusSchema = z.object({
  connections: z.number(),
  botToken: z.string(),
  startLimit: z.object({ remaining: z.number() }),
});
const actResult: z.ZodType<ActResult> = z.object({
  outcome: z.enum(['answered', 'timeout', 'not_connected']),
  ms: z.number(),
  response: z.number().exactOptional(),
  message: storedMessageSchema.exactOptional(),
});
const suggestions = z.object({
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).nullable(),
});

/**
 * Drives the sandbox at this address.
 *
 * @example
 * const sandbox = connectToDiscordSandbox('http://127.0.0.1:3211');
 * await sandbox.act.click({ user: vera, message: card.id, customId: 'answer:7:galactic' });
 */
export const connectToDiscordSandbox = (url: string): DiscordSandboxClient => {
  const { read, post } = sandboxHttp(url);
  const act = (name: string) => (request: object) => post(`act/${name}`, request, actResult);
  const order =
    (name: string) =>
    async (request: object = {}): Promise<void> => {
      await post(`act/${name}`, request, z.unknown());
    };
  const status = (): Promise<z.infer<typeof statusSchema>> => read('status', statusSchema);
  const of = (key: string, value: string | undefined): string =>
    value === undefined ? '' : `?${key}=${encodeURIComponent(value)}`;
  return {
    url: url.replace(/\/$/, ''),
    messages: (channel) => read(`messages${of('channel', channel)}`, messageList),
    ephemerals: (user) => read(`ephemerals${of('user', user)}`, messageList),
    modal: async (user) =>
      (await read(`modal${of('user', user)}`, z.object({ modal: object.nullable() }))).modal,
    channels: () => read('channels', z.array(channelSchema)),
    commands: () => read('commands', z.array(object)),
    connections: async () => (await status()).connections,
    identifiesLeft: async () => (await status()).startLimit.remaining,
    botToken: async () => (await status()).botToken,
    act: {
      click: act('click'),
      select: act('select'),
      command: act('command'),
      autocomplete: async (request) => (await post('act/autocomplete', request, suggestions)).choices,
      submit: act('submit'),
      closeModal: order('closeModal'),
      say: (request) => post('act/say', request, storedMessageSchema),
      deleteMessage: order('deleteMessage'),
      dismiss: order('dismiss'),
      createChannel: (request) => post('act/createChannel', request, z.object({ id: z.string() })),
      deleteChannel: order('deleteChannel'),
      archiveThread: order('archiveThread'),
      denyBot: order('denyBot'),
      removeBot: order('removeBot'),
      inviteBot: order('inviteBot'),
      setRoles: order('setRoles'),
      setMember: order('setMember'),
      takeDirectMessages: order('takeDirectMessages'),
      deliver: order('deliver'),
      answerRest: (request = {}) => post('act/answerRest', request, z.object({ clicked: z.number() })),
    },
    faults: createFaultControls({
      state: () => read('faults', faultStateSchema),
      set: async (change) => {
        await post('faults/set', change, z.unknown());
      },
      happen: async ({ name, ...how }) => {
        await post(`faults/${name}`, how, z.unknown());
      },
    }),
  };
};

/** The JSON of an answer. @throws Error with the sandbox's reason */
