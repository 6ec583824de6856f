import type { Channel, Member, Role } from './types.ts';

/** Permissions by Discord's names, those that the sandbox checks. */
export const permissionBits = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  MANAGE_ROLES: 1n << 28n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;

export type Permission = keyof typeof permissionBits;

const all = Object.values(permissionBits).reduce((sum, bit) => sum | bit, 0n);

export const bitsOf = (names: readonly Permission[]): bigint =>
  names.reduce((sum, name) => sum | permissionBits[name], 0n);

export const isPermission = (name: string): name is Permission => name in permissionBits;

/** Permissions in the app's invitation: what a labelling bot needs. */
export const invitePermissions: readonly Permission[] = [
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'CREATE_PUBLIC_THREADS',
  'SEND_MESSAGES_IN_THREADS',
];

/** Permissions of everyone in the server. */
export const everyonePermissions: readonly Permission[] = [
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'READ_MESSAGE_HISTORY',
  'ADD_REACTIONS',
  'USE_APPLICATION_COMMANDS',
];

/**
 * A member's permissions in a channel: those of their roles, then the channel's overwrites for everyone, for
 * their roles and for the member (docs, "Permission Overwrites"). A thread has its parent's overwrites.
 */
export const permissionsIn = (
  member: Member,
  roles: readonly Role[],
  channel: Pick<Channel, 'overwrites'> | undefined,
  everyone: string,
): bigint => {
  const held = roles.filter(({ id }) => id === everyone || member.roles.includes(id));
  const base = held.reduce((sum, role) => sum | BigInt(role.permissions), 0n);
  if ((base & permissionBits.ADMINISTRATOR) !== 0n) return all;
  const overwrites = channel?.overwrites ?? [];
  const apply = (bits: bigint, ids: readonly string[]): bigint => {
    const fitting = overwrites.filter(({ id }) => ids.includes(id));
    const deny = fitting.reduce((sum, one) => sum | BigInt(one.deny), 0n);
    const allow = fitting.reduce((sum, one) => sum | BigInt(one.allow), 0n);
    return (bits & ~deny) | allow;
  };
  const roleIds = held.map(({ id }) => id).filter((id) => id !== everyone);
  const bits = apply(apply(apply(base, [everyone]), roleIds), [member.id]);
  // Without permission to see a channel, or to write in it, all permissions that need it are gone too.
  if ((bits & permissionBits.VIEW_CHANNEL) === 0n) return 0n;
  return bits;
};

export const allows = (bits: bigint, permission: Permission): boolean =>
  (bits & permissionBits[permission]) !== 0n;
