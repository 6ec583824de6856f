import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids } from '../workspace/ids.ts';
import type { Member } from '../workspace/types.ts';
import { channelName, explain, ImpossibleAct, memberOf, responseUrlOf, resultOf } from './acts.ts';
import { appHomeOpened, slashCommand } from './payloads.ts';
import { postCommandAnswer } from './responses.ts';

/** Commands, plain messages and the Home tab. */
export const createTypedActs = (core: Core): Pick<SandboxActs, 'command' | 'openHome' | 'say'> => {
  const { workspace } = core;
  return {
    command: async (request) => {
      const member = memberOf(request.user, core);
      const channel = request.channel ?? ids.channel;
      if (!core.settings.commands.some(({ command }) => command === request.command)) {
        say(core, member, channel, `${request.command} is not a valid command.`);
        return { outcome: 'not_connected', ms: 0 };
      }
      const target = { user: member.id, channel };
      const delivery = await core.link.deliver(
        'slash_commands',
        slashCommand({
          member,
          channel,
          channelName: channelName(channel, core),
          command: request.command,
          text: request.text ?? '',
          triggerId: core.triggers.issue(member.id),
          responseUrl: responseUrlOf(core, core.responseUrls.issue(target)),
        }),
      );
      if (delivery.outcome === 'acknowledged') postCommandAnswer(delivery.payload, target, core);
      else {
        const error = delivery.outcome === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
        say(
          core,
          member,
          channel,
          `${request.command} failed with the error "${error}". ${explain(delivery)}`,
        );
      }
      return resultOf(delivery);
    },
    openHome: async ({ user }) => {
      const member = memberOf(user, core);
      const payload = appHomeOpened(member, core.views.home(user), workspace.nextTs());
      return resultOf(await core.link.deliver('events_api', payload));
    },
    say: async ({ user, text, channel = ids.channel, threadTs }) => {
      const member = memberOf(user, core);
      if (!workspace.isChannel(channel)) throw new ImpossibleAct(`there is no channel ${channel}`);
      if (workspace.channel(channel)?.isArchived === true)
        throw new ImpossibleAct(`nobody can write in ${channel}: it is archived`);
      if (text.trim() === '') throw new ImpossibleAct('a message needs a text');
      return workspace.post({ channel, user: member.id, text, thread_ts: threadTs });
    },
  };
};

const say = (core: Core, member: Member, channel: string, text: string): void => {
  core.workspace.post({ channel, user: ids.slackbot, text, ephemeral_to: member.id });
};
