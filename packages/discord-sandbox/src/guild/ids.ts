import { randomBytes } from 'node:crypto';
import { bitsOf, everyonePermissions, type Permission } from './permissions.ts';
import { snowflakeAt } from './snowflakes.ts';
import type { Channel, Member, Role } from './types.ts';

const born = (day: number): string => snowflakeAt(Date.UTC(2026, 0, day, 12), day);

/** Identifiers, the same in every sandbox. The app's id is its bot's user id, as in Discord. */
export const ids = {
  guild: born(1),
  channel: born(2),
  bot: born(3),
  botRole: born(4),
  labellers: born(5),
  operators: born(6),
  vera: born(11),
  chandra: born(12),
  cecilia: born(13),
  edwin: born(14),
} as const;

export const names = { guild: 'Finkvra sandbox', channel: 'finkvra', bot: 'Finkvra' } as const;

const person = (id: string, username: string, displayName: string, roles: readonly string[]): Member => ({
  id,
  username,
  displayName,
  bot: false,
  roles: [...roles],
  inGuild: true,
  takesDirectMessages: true,
});

/** The team, named after three astronomers; Edwin Hubble has an account but is not in the server. */
export const firstMembers: readonly Member[] = [
  person(ids.vera, 'vera', 'Vera Rubin', [ids.labellers, ids.operators]),
  person(ids.chandra, 'subrahmanyan', 'Subrahmanyan Chandrasekhar', [ids.labellers]),
  person(ids.cecilia, 'cecilia', 'Cecilia Payne-Gaposchkin', []),
  { ...person(ids.edwin, 'edwin', 'Edwin Hubble', []), inGuild: false },
  { ...person(ids.bot, 'finkvra', names.bot, [ids.botRole]), bot: true },
];

export const mainChannel: Channel = { id: ids.channel, type: 0, name: names.channel, overwrites: [] };

const role = (given: Partial<Role> & Pick<Role, 'id' | 'name'>): Role => ({
  permissions: '0',
  position: 1,
  color: 0,
  ofBot: false,
  ...given,
});

export const rolesOf = (botPermissions: readonly Permission[]): readonly Role[] => [
  role({
    id: ids.guild,
    name: '@everyone',
    position: 0,
    permissions: bitsOf(everyonePermissions).toString(),
  }),
  role({ id: ids.labellers, name: 'labellers', color: 0x3ba55d }),
  role({ id: ids.operators, name: 'operators', position: 2, color: 0xe67e22 }),
  role({
    id: ids.botRole,
    name: names.bot,
    position: 3,
    ofBot: true,
    permissions: bitsOf(botPermissions).toString(),
  }),
];

/** A new secret of letters and digits, 128 bits. */
export const newSecret = (): string => randomBytes(16).toString('hex');

/** A bot token in Discord's format: the app's id, a time and a secret. */
export const newBotToken = (): string =>
  [
    Buffer.from(ids.bot).toString('base64url'),
    randomBytes(4).toString('base64url'),
    randomBytes(28).toString('base64url'),
  ].join('.');
