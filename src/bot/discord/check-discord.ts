import { ChannelType } from 'discord-api-types/v10';
import type { DiscordConfig } from '../../config/config.ts';
import { COMMAND } from './command-list.ts';
import { callsOf } from './connection/calls.ts';
import { createRestClients } from './connection/rest.ts';
import { incurable, whyAway } from './connection/token-refusals.ts';
import { missingPermissions, NEEDED_BITS, type Needed } from './permissions.ts';

export interface DiscordCheck {
  /** Why the token is refused or Discord is unreachable; null if all is well. */
  readonly tokenFault: string | null;
  readonly bot: string | null;
  /** New sessions left today, of 1,000; when none is left, one more would reset the token. */
  readonly sessionsLeft: number | null;
  /** Why the channel cannot be seen; null if it can. */
  readonly channelFault: string | null;
  readonly channelName: string | null;
  /** Null if they are unknown. */
  readonly missing: readonly Needed[] | null;
  /** Whether `/finkvra` is registered in the server; null if unknown. */
  readonly commands: boolean | null;
  /** The link that invites the bot with all permissions that it needs. */
  readonly invite: string | null;
}

/** Channel types that take messages. */
const TEXT: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];

/** The link that invites an application's bot with all permissions that it needs. */
const inviteLink = (application: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${NEEDED_BITS}`;

/** Checks the token, the channel, permissions and commands with Discord. Posts nothing and opens no session. */
export const checkDiscord = async (discord: DiscordConfig): Promise<DiscordCheck> => {
  const rest = createRestClients(discord);
  const calls = callsOf(rest.oneTry);
  const told = async <T>(work: () => Promise<T>): Promise<{ answer: T | null; fault: string | null }> => {
    try {
      return { answer: await work(), fault: null };
    } catch (error) {
      return { answer: null, fault: incurable(error)?.message ?? whyAway(error) };
    }
  };
  try {
    const { answer: me, fault: tokenFault } = await told(calls.me);
    if (me === null)
      return {
        tokenFault,
        bot: null,
        sessionsLeft: null,
        channelFault: tokenFault,
        channelName: null,
        missing: null,
        commands: null,
        invite: null,
      };
    const { answer: application } = await told(calls.application);
    const { answer: gateway } = await told(calls.gateway);
    const { answer: channel, fault } = await told(() => calls.channel(discord.channel));
    const guild = channel !== null && 'guild_id' in channel ? (channel.guild_id ?? null) : null;
    const channelFault =
      fault ?? (channel === null || !TEXT.includes(channel.type) ? 'it is not a text channel' : null);
    const { answer: missing } = await told(() => missingPermissions(calls, discord.channel));
    const { answer: commands } = await told(async () =>
      application === null || guild === null ? null : calls.commands(application.id, guild),
    );
    return {
      tokenFault: null,
      bot: me.username,
      sessionsLeft: gateway?.session_start_limit.remaining ?? null,
      channelFault,
      channelName: channel !== null && 'name' in channel ? (channel.name ?? null) : null,
      missing: channelFault === null ? missing : null,
      commands: commands?.some(({ name }) => name === COMMAND) ?? null,
      invite: application === null ? null : inviteLink(application.id),
    };
  } finally {
    rest.close();
  }
};
