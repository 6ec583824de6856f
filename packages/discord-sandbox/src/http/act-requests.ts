import { z } from 'zod';
import type { SandboxActs } from '../controls.ts';
import { isPermission } from '../guild/permissions.ts';

const optional = z.string().exactOptional();
const component = {
  user: z.string(),
  message: z.string(),
  customId: z.string(),
  stale: z.boolean().exactOptional(),
};
const command = {
  user: z.string(),
  command: z.string(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  channel: optional,
};
const inChannel = z.object({ channel: optional });
const anybody = z.object({ user: z.string() });

const requests = {
  click: z.object(component),
  select: z.object({ ...component, values: z.array(z.string()) }),
  command: z.object(command),
  autocomplete: z.object({ ...command, focused: z.string() }),
  submit: z.object({
    user: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.array(z.string())])).exactOptional(),
  }),
  say: z.object({ user: z.string(), text: z.string(), channel: optional }),
  deleteMessage: z.object({ message: z.string() }),
  dismiss: z.object({ user: z.string(), message: z.string() }),
  createChannel: z.object({ name: z.string() }),
  archiveThread: z.object({ thread: z.string(), locked: z.boolean().exactOptional() }),
  denyBot: z.object({
    channel: optional,
    permissions: z.array(z.string().refine(isPermission, 'is no permission that the sandbox knows')),
  }),
  setRoles: z.object({ user: z.string(), roles: z.array(z.string()) }),
  setMember: z.object({ user: z.string(), inGuild: z.boolean() }),
  takeDirectMessages: z.object({ user: z.string(), take: z.boolean() }),
  deliver: z.object({ event: z.string(), data: z.record(z.string(), z.unknown()) }),
  answerRest: z.object({ pauseMs: z.number().exactOptional() }),
};

type Act = (body: unknown, acts: SandboxActs) => Promise<unknown>;

/** Actions without an answer answer ok. */
const done = async (work: Promise<void>): Promise<{ readonly ok: true }> => {
  await work;
  return { ok: true };
};

const byName: Readonly<Record<keyof SandboxActs, Act>> = {
  click: (body, acts) => acts.click(requests.click.parse(body)),
  select: (body, acts) => acts.select(requests.select.parse(body)),
  command: (body, acts) => acts.command(requests.command.parse(body)),
  autocomplete: async (body, acts) => ({
    choices: await acts.autocomplete(requests.autocomplete.parse(body)),
  }),
  submit: (body, acts) => acts.submit(requests.submit.parse(body)),
  closeModal: (body, acts) => done(acts.closeModal(anybody.parse(body))),
  say: (body, acts) => acts.say(requests.say.parse(body)),
  deleteMessage: (body, acts) => done(acts.deleteMessage(requests.deleteMessage.parse(body))),
  dismiss: (body, acts) => done(acts.dismiss(requests.dismiss.parse(body))),
  createChannel: (body, acts) => acts.createChannel(requests.createChannel.parse(body)),
  deleteChannel: (body, acts) => done(acts.deleteChannel(inChannel.parse(body))),
  archiveThread: (body, acts) => done(acts.archiveThread(requests.archiveThread.parse(body))),
  denyBot: (body, acts) => {
    const { permissions, ...where } = requests.denyBot.parse(body);
    return done(acts.denyBot({ ...where, permissions: permissions.filter(isPermission) }));
  },
  removeBot: (_body, acts) => done(acts.removeBot()),
  inviteBot: (_body, acts) => done(acts.inviteBot()),
  setRoles: (body, acts) => done(acts.setRoles(requests.setRoles.parse(body))),
  setMember: (body, acts) => done(acts.setMember(requests.setMember.parse(body))),
  takeDirectMessages: (body, acts) => done(acts.takeDirectMessages(requests.takeDirectMessages.parse(body))),
  deliver: (body, acts) => done(acts.deliver(requests.deliver.parse(body))),
  answerRest: (body, acts) => acts.answerRest(requests.answerRest.parse(body)),
};

const isAct = (name: string): name is keyof SandboxActs => Object.hasOwn(byName, name);

/** Runs the action of /sandbox/act/<name>; undefined if there is none. */
export const act = async (name: string, body: unknown, acts: SandboxActs): Promise<unknown> =>
  isAct(name) ? byName[name](body, acts) : undefined;
