import type { ChannelRequest, MembershipRequest, SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids, members, newId } from '../workspace/ids.ts';
import { ImpossibleAct, memberOf, resultOf } from './acts.ts';

/** Actions on channels and on others' messages, and raw payloads. */
export const createChannelActs = (
  core: Core,
): Pick<
  SandboxActs,
  | 'deleteMessage'
  | 'deleteFile'
  | 'lockThread'
  | 'createChannel'
  | 'archiveChannel'
  | 'unarchiveChannel'
  | 'joinChannel'
  | 'leaveChannel'
  | 'deliver'
> => {
  const { storage } = core.workspace;
  const channelOf = ({ channel = ids.channel }: ChannelRequest): string => {
    if (core.workspace.channel(channel) === undefined)
      throw new ImpossibleAct(`there is no channel ${channel}`);
    return channel;
  };
  const userOf = ({ user }: MembershipRequest): string =>
    user === ids.botUser ? user : memberOf(user, core).id;
  return {
    deleteMessage: async ({ ts, channel = ids.channel }) => {
      const message = storage.message(channel, ts);
      if (message === undefined) throw new ImpossibleAct(`there is no message ${ts} in ${channel}`);
      core.workspace.remove(message);
    },
    lockThread: async ({ ts, channel = ids.channel }) => {
      if (storage.message(channel, ts) === undefined)
        throw new ImpossibleAct(`there is no message ${ts} in ${channel}`);
      core.workspace.lockThread(channel, ts);
    },
    deleteFile: async ({ file }) => {
      if (storage.file(file) === undefined) throw new ImpossibleAct(`there is no file ${file}`);
      storage.deleteFile(file);
    },
    createChannel: async ({ name, isPrivate = false }) => {
      if (storage.channels().some((channel) => channel.name === name))
        throw new ImpossibleAct(`there is a channel #${name} already`);
      const id = newId('C');
      storage.addChannel({ id, name, isPrivate, isArchived: false });
      for (const member of members) storage.setMember(id, member.id);
      return { id };
    },
    archiveChannel: async (request = {}) => storage.archive(channelOf(request), true),
    unarchiveChannel: async (request = {}) => storage.archive(channelOf(request), false),
    joinChannel: async (request) => storage.setMember(channelOf(request), userOf(request)),
    leaveChannel: async (request) => storage.removeMember(channelOf(request), userOf(request)),
    deliver: async ({ type, payload }) => resultOf(await core.link.deliver(type, payload)),
  };
};
