import { randomBytes } from 'node:crypto';
import type { Member } from './types.ts';

/** Identifiers in Slack's format, the same in every sandbox. */
export const ids = {
  team: 'T0SANDBOX',
  teamName: 'Finkvra sandbox',
  teamDomain: 'finkvra-sandbox',
  app: 'A0FINKVRA',
  bot: 'B0FINKVRA',
  botUser: 'U0FINKVRA',
  botName: 'finkvra',
  channel: 'C0FINKVRA',
  channelName: 'finkvra',
  slackbot: 'USLACKBOT',
} as const;

/** The team of the sandbox, named after three astronomers. */
export const members: readonly Member[] = [
  { id: 'U0VERA', name: 'vera', realName: 'Vera Rubin', team: ids.team },
  { id: 'U0CHANDRA', name: 'subrahmanyan', realName: 'Subrahmanyan Chandrasekhar', team: ids.team },
  { id: 'U0CECILIA', name: 'cecilia', realName: 'Cecilia Payne-Gaposchkin', team: ids.team },
];

/** A person of another workspace, who can act here after joining a channel (Slack Connect). */
export const stranger: Member = {
  id: 'U0EDWIN',
  name: 'edwin',
  realName: 'Edwin Hubble',
  team: 'T0ELSEWHERE',
};

/** The direct-message channel between the app and a person: `U0VERA` has `D0VERA`. */
export const directChannelOf = (user: string): string => `D${user.slice(1)}`;

/** A new identifier: `newId('F')` gives `F3A9C07B21D4`. */
export const newId = (prefix: string): string => `${prefix}${randomBytes(6).toString('hex').toUpperCase()}`;

/** A new secret for addresses and tokens, 128 bits. */
export const newSecret = (): string => randomBytes(16).toString('hex');

/**
 * Slack's message timestamps, `seconds.microseconds` as text: unique and increasing within the workspace, even if
 * the clock stands still or is set back. `last` is the newest one before a restart.
 */
export const createTimestamps = (clock: () => Date, last: string | undefined): (() => string) => {
  let previous = last === undefined ? 0n : microseconds(last);
  return () => {
    const now = BigInt(clock().getTime()) * 1000n;
    previous = now > previous ? now : previous + 1n;
    const text = previous.toString().padStart(16, '0');
    return `${text.slice(0, -6)}.${text.slice(-6)}`;
  };
};

const microseconds = (ts: string): bigint => BigInt(ts.replace('.', ''));
