import { discordPerson } from '../../config/setting-kinds.ts';

/** The first millisecond of Discord's ids: 2015-01-01 (docs.discord.com, Snowflakes). */
const EPOCH_MS = 1_420_070_400_000;
const PERSON = discordPerson('');

/** Whether a text is one of Discord's ids: a 64-bit number in decimal digits, more than a double holds exactly. */
export const isSnowflake = (text: string): boolean => /^\d{17,20}$/.test(text);

/** Below zero where `a` is the older one. */
export const compareSnowflakes = (a: string, b: string): number => {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** The first id that something made at this time, in ms since 1970, can have. */
export const snowflakeAt = (ms: number): string =>
  String(BigInt(Math.max(0, Math.floor(ms) - EPOCH_MS)) << 22n);

/** A person as the store names them. */
export const personOf = (userId: string): string => discordPerson(userId);

/** Whether the store means somebody of Discord. */
export const isPerson = (personId: string): boolean => personId.startsWith(PERSON);

/** Discord's id of a person. @throws Error where they are of another chat */
export const userOf = (personId: string): string => {
  if (!isPerson(personId)) throw new Error(`${personId} is nobody on Discord`);
  return personId.slice(PERSON.length);
};
