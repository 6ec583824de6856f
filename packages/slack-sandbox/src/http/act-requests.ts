import { z } from 'zod';
import type { SandboxActs } from '../controls.ts';

const optional = z.string().exactOptional();
const place = { user: z.string(), ts: optional, channel: optional, view: optional };
const element = { ...place, actionId: z.string(), blockId: optional, stale: z.boolean().exactOptional() };
const values = z.union([z.string(), z.array(z.string())]);
const inChannel = z.object({ channel: optional });
const membership = z.object({ user: z.string(), channel: optional });

const requests = {
  click: z.object({ ...element, value: optional }),
  select: z.object({ ...element, value: values }),
  command: z.object({ user: z.string(), command: z.string(), text: optional, channel: optional }),
  openHome: z.object({ user: z.string() }),
  submit: z.object({
    user: z.string(),
    view: optional,
    values: z.record(z.string(), values).exactOptional(),
  }),
  closeView: z.object({ user: z.string(), view: optional }),
  say: z.object({ user: z.string(), text: z.string(), channel: optional, threadTs: optional }),
  answerRest: z.object({ pauseMs: z.number().exactOptional() }),
  deleteMessage: z.object({ ts: z.string(), channel: optional }),
  deleteFile: z.object({ file: z.string() }),
  createChannel: z.object({ name: z.string(), isPrivate: z.boolean().exactOptional() }),
  deliver: z.object({
    type: z.enum(['interactive', 'slash_commands', 'events_api']),
    payload: z.record(z.string(), z.unknown()),
  }),
};

/** Runs the action of /sandbox/act/<name>; undefined if there is none. */
export const act = async (name: string, body: unknown, acts: SandboxActs): Promise<unknown> => {
  switch (name) {
    case 'click':
      return acts.click(requests.click.parse(body));
    case 'select':
      return acts.select(requests.select.parse(body));
    case 'command':
      return acts.command(requests.command.parse(body));
    case 'openHome':
      return acts.openHome(requests.openHome.parse(body));
    case 'submit':
      return acts.submit(requests.submit.parse(body));
    case 'closeView':
      return acts.closeView(requests.closeView.parse(body));
    case 'say':
      return acts.say(requests.say.parse(body));
    case 'answerRest':
      return acts.answerRest(requests.answerRest.parse(body));
    case 'createChannel':
      return acts.createChannel(requests.createChannel.parse(body));
    case 'deliver':
      return acts.deliver(requests.deliver.parse(body));
    case 'deleteMessage':
      return done(acts.deleteMessage(requests.deleteMessage.parse(body)));
    case 'deleteFile':
      return done(acts.deleteFile(requests.deleteFile.parse(body)));
    case 'lockThread':
      return done(acts.lockThread(requests.deleteMessage.parse(body)));
    case 'archiveChannel':
      return done(acts.archiveChannel(inChannel.parse(body)));
    case 'unarchiveChannel':
      return done(acts.unarchiveChannel(inChannel.parse(body)));
    case 'joinChannel':
      return done(acts.joinChannel(membership.parse(body)));
    case 'leaveChannel':
      return done(acts.leaveChannel(membership.parse(body)));
    default:
      return undefined;
  }
};

/** Actions without an answer answer ok. */
const done = async (work: Promise<void>): Promise<{ readonly ok: true }> => {
  await work;
  return { ok: true };
};
