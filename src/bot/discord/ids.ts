import { discordPerson } from '../../config/setting-kinds.ts';

/** The epoch of Discord's ids, ms: 2015-01-01 (docs.discord.com, Snowflakes). */
const EPOCH_MS = 1_420_070_400_000;
const PERSON = discordPerson('');

/** Whether a text is one of Discord's ids: a 64-bit number in decimal digits, too long for a double. */
export const isSnowflake = (text: string): boolean => /^\d{17,20}$/.test(text);

/** Below zero if `a` is older. */
export const compareSnowflakes = (a: string, b: string): number => {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** The lowest id possible at a time, ms since 1970. */
export const snowflakeAt = (ms: number): string =>
  String(BigInt(Math.max(0, Math.floor(ms) - EPOCH_MS)) << 22n);

/** A person as the store names them. */
export const personOf = (userId: string): string => discordPerson(userId);

/** Whether a stored person is of Discord. */
export const isPerson = (personId: string): boolean => personId.startsWith(PERSON);

/** Discord's id of a person. @throws Error for a person of another chat */
export const userOf = (personId: string): string => {
  if (!isPerson(personId)) throw new Error(`${personId} is not a person on Discord`);
  return personId.slice(PERSON.length);
};
