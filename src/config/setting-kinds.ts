import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';

/** Metadata of a setting in the schema. */
export interface SettingNotes {
  /** Its environment variable. */
  readonly env: string;
  readonly description: string;
  /** A secret: its value is never shown. */
  readonly secret: boolean;
}

/** A setting: environment variable, type and description. */
export const setting = <T extends z.ZodType>(env: string, schema: T, description: string): T =>
  schema.meta({ env, description, secret: false } satisfies SettingNotes);

/** A setting whose value must never reach a log or an error. */
export const secretSetting = <T extends z.ZodType>(env: string, schema: T, description: string): T =>
  schema.meta({ env, description, secret: true } satisfies SettingNotes);

/** A setting's metadata; undefined for a group. */
export const notesOf = (schema: z.core.$ZodType): SettingNotes | undefined => {
  const { env, description, secret } = z.globalRegistry.get(schema) ?? {};
  return typeof env === 'string'
    ? { env, description: description ?? '', secret: secret === true }
    : undefined;
};

export const wholeNumber = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error: must }).int(must).min(least, must).max(most, must);
};

export const cronExpression = (preset: string) =>
  z
    .string()
    .refine((text) => isCronExpression(text), `must be a cron expression, such as "${preset}"`)
    .default(preset);

export const choice = <const T extends readonly [string, ...string[]]>(options: T) =>
  z.enum(options, { error: `must be one of ${options.join(', ')}` });

export const flag = (preset: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(preset ? 'true' : 'false')
    .transform((text) => text === 'true');

/** Comma-separated text, without empty parts. */
export const commaList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A Discord id: a 64-bit number in decimal digits. */
export const snowflake = (must: string) => z.string().regex(/^\d{17,20}$/, must);

/**
 * A Discord person's id in the store. Ids name their chat, so that a store which moves to the other chat keeps
 * who said what. Slack's ids start with U or W and are stored as they are.
 */
export const discordPerson = (userId: string): string => `discord:${userId}`;

/** `everyone`, or ids of people and of user groups; a Discord id may be either. */
export type PeopleConfig =
  | 'everyone'
  | { readonly users: readonly string[]; readonly groups: readonly string[] };

const isOfDiscord = (id: string): boolean => /^\d/.test(id);

/** The ids in a list of people that belong to the other chat. */
export const idsOfOtherChat = (text: string | undefined, chat: 'slack' | 'discord'): string[] =>
  text === undefined || text === 'everyone'
    ? []
    : commaList(text).filter((id) => isOfDiscord(id) !== (chat === 'discord'));

const PEOPLE_MUST =
  'must be everyone, or ids separated by commas: on Slack of people (U…, W…) and user groups (S…), as in U012AB3CD,S0456EF7G; on Discord of people and roles (17 to 20 digits)';

export const peopleList = () =>
  z
    .string()
    .regex(/^(everyone|([UWS][A-Z0-9]{2,}|\d{17,20})(\s*,\s*([UWS][A-Z0-9]{2,}|\d{17,20}))*)$/, PEOPLE_MUST)
    .default('everyone')
    .transform((text): PeopleConfig => {
      if (text === 'everyone') return 'everyone';
      const ids = commaList(text);
      const ofDiscord = ids.filter(isOfDiscord);
      return {
        users: [...ids.filter((id) => /^[UW]/.test(id)), ...ofDiscord.map(discordPerson)],
        groups: [...ids.filter((id) => id.startsWith('S')), ...ofDiscord],
      };
    });

/** Hours of the day, from (inclusive) until (exclusive). */
export const hoursOfDay = (preset: string) =>
  z
    .string()
    .regex(
      /^([01]?\d|2[0-3])-([01]?\d|2[0-4])$/,
      'must be two hours such as 8-18: from 08:00 until before 18:00',
    )
    .default(preset)
    .transform((text) => {
      const [from = 0, until = 24] = text.split('-').map(Number);
      return { from, until };
    })
    .refine(({ from, until }) => from < until, 'the first hour must be before the second, such as 8-18');

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError: Intl does not know the zone
  }
};

export const timeZone = () =>
  z.string().refine(isTimeZone, 'must be a time zone such as UTC or Europe/London');

/** The address of an optional service: null when off. */
export const addressOrOff = (preset: string) =>
  z
    .string()
    .refine(
      (text) => text.toLowerCase() === 'off' || /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      `must be a URL such as ${preset}, or off`,
    )
    .default(preset)
    .transform((text) => (text.toLowerCase() === 'off' ? null : text));

/** Comma-separated addresses `host:port`. */
export const hostPorts = (preset: string) =>
  z
    .string()
    .transform(commaList)
    .superRefine((hosts, check) => {
      const wrong = hosts.filter((host) => !/^[^\s:]+:\d{1,5}$/.test(host));
      if (hosts.length === 0) check.addIssue('set at least one host:port');
      for (const host of wrong) check.addIssue(`"${host}" is not host:port`);
    })
    .prefault(preset);
