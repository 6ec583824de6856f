/** Gateway intents by Discord's names, those with events in the sandbox. */
export const intents = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  DIRECT_MESSAGES: 1 << 12,
  MESSAGE_CONTENT: 1 << 15,
} as const;

/** Every bit that Discord knows: 0-16, 20, 21, 24 and 25. */
const known = 0x1_ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

const privileged = intents.GUILD_MEMBERS | intents.GUILD_PRESENCES | intents.MESSAGE_CONTENT;

/** Checks an IDENTIFY's intents. @param granted privileged ones switched on @returns a close code, or null */
export const refuseIntents = (value: unknown, granted: number): 4013 | 4014 | null => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || (value & ~known) !== 0)
    return 4013;
  return (value & privileged & ~granted) === 0 ? null : 4014;
};

const { GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES } = intents;

const needed: Readonly<Record<string, number>> = {
  GUILD_CREATE: GUILDS,
  GUILD_UPDATE: GUILDS,
  GUILD_DELETE: GUILDS,
  CHANNEL_CREATE: GUILDS,
  CHANNEL_UPDATE: GUILDS,
  CHANNEL_DELETE: GUILDS,
  THREAD_CREATE: GUILDS,
  THREAD_UPDATE: GUILDS,
  THREAD_DELETE: GUILDS,
  GUILD_MEMBER_ADD: GUILD_MEMBERS,
  GUILD_MEMBER_UPDATE: GUILD_MEMBERS,
  GUILD_MEMBER_REMOVE: GUILD_MEMBERS,
};

/** The intent that an event needs; 0 for events without one, such as interactions. */
export const intentOf = (event: string, direct: boolean): number =>
  event.startsWith('MESSAGE_') ? (direct ? DIRECT_MESSAGES : GUILD_MESSAGES) : (needed[event] ?? 0);
