import { sandboxHttp } from 'sandbox-kit/http-client';
import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { z } from 'zod';
import type { ActResult, Place, SandboxActs, SandboxFaults } from './controls.ts';
import { createFaultControls } from './faults/fault-controls.ts';
import { faultStateSchema } from './faults/fault-schema.ts';
import { type StoredMessage, storedMessageSchema } from './workspace/types.ts';

/** A sandbox in another process, driven over HTTP with the same actions and faults. */
export interface SandboxClient {
  readonly url: string;
  readonly messages: (channel?: string) => Promise<StoredMessage[]>;
  readonly ephemerals: (user?: string) => Promise<StoredMessage[]>;
  readonly modals: (user: string) => Promise<JsonObject[]>;
  readonly home: (user: string) => Promise<JsonObject | undefined>;
  readonly placeholders: (place: Partial<Place>) => Promise<readonly string[]>;
  readonly connections: () => Promise<number>;
  readonly act: SandboxActs;
  readonly faults: SandboxFaults;
}

/**
 * Drives the sandbox at this address.
 *
 * @example
 * const sandbox = connectToSandbox('http://127.0.0.1:3210');
 * await sandbox.act.click({ user: 'U0VERA', ts: card.ts, actionId: 'answer_galactic' });
 */
export const connectToSandbox = (url: string): SandboxClient => {
  const { read, post } = sandboxHttp(url);
  const act = (name: string) => (request: object) => post(`act/${name}`, request, actResult);
  const order =
    (name: string) =>
    async (request: object = {}): Promise<void> => {
      await post(`act/${name}`, request, z.unknown());
    };
  const fault = async (name: string, body: object): Promise<void> => {
    await post(`faults/${name}`, body, z.unknown());
  };
  const state = (user: string): Promise<z.infer<typeof pageState>> =>
    read(`state?user=${encodeURIComponent(user)}`, pageState);

  return {
    url: url.replace(/\/$/, ''),
    messages: (channel) =>
      read(`messages${channel === undefined ? '' : `?channel=${encodeURIComponent(channel)}`}`, messageList),
    ephemerals: (user) =>
      read(`ephemerals${user === undefined ? '' : `?user=${encodeURIComponent(user)}`}`, messageList),
    modals: async (user) => objectsOf((await state(user)).modals),
    home: async (user) => {
      const { home } = await state(user);
      return isObject(home) ? home : undefined;
    },
    placeholders: (place) =>
      read(`placeholders?${new URLSearchParams(Object.entries(place))}`, z.array(z.string())),
    connections: async () => (await state('')).status.connections,
    act: {
      click: act('click'),
      select: act('select'),
      command: act('command'),
      openHome: act('openHome'),
      submit: act('submit'),
      closeView: act('closeView'),
      say: (request) => post('act/say', request, storedMessageSchema),
      deleteMessage: order('deleteMessage'),
      deleteFile: order('deleteFile'),
      lockThread: order('lockThread'),
      createChannel: (request) => post('act/createChannel', request, z.object({ id: z.string() })),
      archiveChannel: order('archiveChannel'),
      unarchiveChannel: order('unarchiveChannel'),
      joinChannel: order('joinChannel'),
      leaveChannel: order('leaveChannel'),
      deliver: act('deliver'),
      answerRest: (request = {}) => post('act/answerRest', request, z.object({ clicked: z.number() })),
    },
    faults: createFaultControls({
      state: () => read('faults', faultStateSchema),
      set: (change) => fault('set', change),
      happen: ({ name, ...how }) => fault(name, how),
    }),
  };
};

/** The JSON of an answer. @throws Error with the sandbox's reason */
const messageList = z.array(storedMessageSchema);

const actResult: z.ZodType<ActResult> = z.object({
  outcome: z.enum(['acknowledged', 'timeout', 'not_connected']),
  ms: z.number(),
  response: z.record(z.string(), z.unknown()).exactOptional(),
  errors: z.record(z.string(), z.string()).exactOptional(),
});

const pageState = z.object({
  home: z.unknown(),
  modals: z.unknown(),
  status: z.object({ connections: z.number() }),
});
