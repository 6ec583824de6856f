import {
  type APIChannel,
  type APIGuildMember,
  type APIRole,
  PermissionFlagsBits as Bits,
  OverwriteType,
} from 'discord-api-types/v10';
import type { Calls } from './connection/calls.ts';

/** Permissions in the invite link, by Discord's names. */
export const NEEDED = {
  'View Channel': Bits.ViewChannel,
  'Send Messages': Bits.SendMessages,
  'Embed Links': Bits.EmbedLinks,
  'Attach Files': Bits.AttachFiles,
  'Read Message History': Bits.ReadMessageHistory,
  'Create Public Threads': Bits.CreatePublicThreads,
  'Send Messages in Threads': Bits.SendMessagesInThreads,
} as const;

export type Needed = keyof typeof NEEDED;

/** The permissions as the number in an invite link. */
export const NEEDED_BITS = Object.values(NEEDED).reduce((bits, bit) => bits | bit, 0n);

/**
 * A member's permissions in a channel (docs.discord.com, Permission Overwrites): those of all roles, then the
 * channel's denials and grants for everyone, for the roles and for the member.
 * @param guild the server; its id is also that of the role @everyone
 */
const permissionsIn = (
  guild: string,
  channel: APIChannel,
  roles: readonly APIRole[],
  member: Pick<APIGuildMember, 'roles'> & { readonly id: string },
): bigint => {
  const has = (id: string): boolean => id === guild || member.roles.includes(id);
  const base = roles.filter(({ id }) => has(id)).reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  if ((base & Bits.Administrator) !== 0n) return ~0n;
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const apply = (bits: bigint, those: typeof overwrites): bigint => {
    const deny = those.reduce((all, one) => all | BigInt(one.deny), 0n);
    const allow = those.reduce((all, one) => all | BigInt(one.allow), 0n);
    return (bits & ~deny) | allow;
  };
  const ofRoles = overwrites.filter(({ type }) => type === OverwriteType.Role);
  let bits = apply(
    base,
    ofRoles.filter(({ id }) => id === guild),
  );
  bits = apply(
    bits,
    ofRoles.filter(({ id }) => id !== guild && has(id)),
  );
  return apply(
    bits,
    overwrites.filter(({ type, id }) => type === OverwriteType.Member && id === member.id),
  );
};

/** Names of the permissions that the bot lacks in a channel. */
export const missingPermissions = async (
  calls: Pick<Calls, 'channel' | 'roles' | 'member' | 'me'>,
  channelId: string,
): Promise<Needed[]> => {
  const channel = await calls.channel(channelId);
  const guild = 'guild_id' in channel ? channel.guild_id : undefined;
  if (guild === undefined) return [];
  const { id } = await calls.me();
  const member = await calls.member(guild, id);
  const bits = permissionsIn(guild, channel, await calls.roles(guild), { ...member, id });
  return namesOf(NEEDED).filter((name) => (bits & NEEDED[name]) === 0n);
};

const namesOf = (needed: typeof NEEDED): Needed[] =>
  Object.keys(needed).filter((name): name is Needed => name in needed);
