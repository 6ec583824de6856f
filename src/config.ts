import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';
import { FinkvraError } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything wrong with the environment, found in one go. */
export class ConfigError extends FinkvraError {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    const head =
      faults.length === 1
        ? 'One setting has to be put right'
        : `${faults.length} settings have to be put right`;
    super(`${head}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const wholeNumber = (least: number, most: number, preset: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error: must }).int(must).min(least, must).max(most, must).default(preset);
};

const cronExpression = (preset: string) =>
  z
    .string()
    .refine((text) => isCronExpression(text), `must be a cron expression (UTC), such as "${preset}"`)
    .default(preset);

const choice = <const T extends readonly [string, ...string[]]>(options: T) =>
  z.enum(options, { error: `must be one of ${options.join(', ')}` });

const flag = (preset: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(preset ? 'true' : 'false')
    .transform((text) => text === 'true');

/** One entry per environment variable; the README's table is held against it by a test. */
export const settings = z.object({
  DATA_DIR: z.string().default('./data').describe('Folder of the store and everything else that is kept'),
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged'),

  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must begin with xoxb- (app page > OAuth & Permissions > Bot User OAuth Token)')
    .optional()
    .describe('Bot token; with the two below the bot runs on Slack, without all three in the sandbox'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must begin with xapp- (app page > Basic Information > App-Level Tokens)')
    .optional()
    .describe('App-level token with connections:write'),
  SLACK_CHANNEL: z
    .string()
    .regex(
      /^[CG][A-Z0-9]{5,}$/,
      'must be a channel id such as C0123456789 (channel name > About, at the end)',
    )
    .optional()
    .describe('Id of the channel to post to'),
  SLACK_API_URL: z
    .url({ error: 'must be a URL such as https://slack.com/api/' })
    .default('https://slack.com/api/')
    .describe("Address of Slack's Web API"),
  SANDBOX_PORT: wholeNumber(0, 65_535, 3210).describe(
    'Port of the sandbox on 127.0.0.1; 0 takes any free one',
  ),

  SOURCE: choice(['kafka', 'simulated', 'none'])
    .optional()
    .describe(
      'Where the schedule pulls from; by default kafka on Slack or when KAFKA_GROUP_ID is set, else simulated',
    ),
  KAFKA_BROKERS: z
    .string()
    .default('kafka-ztf.fink-broker.org:24499')
    .describe('Bootstrap servers, host:port, separated by commas'),
  KAFKA_TOPIC: z.string().default('fink_vra_ztf').describe('Topic of the alerts'),
  KAFKA_GROUP_ID: z.string().optional().describe('Consumer group that Fink gave you'),
  KAFKA_USERNAME: z.string().optional().describe('SASL user, if Fink gave you one'),
  KAFKA_PASSWORD: z.string().optional().describe('SASL password'),
  KAFKA_SASL_MECHANISM: choice(['scram-sha-512', 'scram-sha-256', 'plain'])
    .default('scram-sha-512')
    .describe('SASL mechanism'),
  KAFKA_SSL: flag(false).describe('Encrypt the connection to Kafka'),
  PULL_SCHEDULE: cronExpression('0 14 * * *').describe('When alerts are pulled (cron, UTC)'),
  PULL_LIMIT: wholeNumber(1, 10_000_000, 100_000).describe('Most packets one pull reads'),

  FIRST_ROUND_SIZE: wholeNumber(4, 200, 30).describe('Candidates of the first round, drawn at random'),
  ROUND_SIZE: wholeNumber(1, 100, 10).describe('Candidates of every later round'),
  NEXT_ROUND: choice(['at-once', 'scheduled'])
    .optional()
    .describe('When the next round is posted: by default at-once in the sandbox, scheduled on Slack'),
  ROUND_SCHEDULE: cronExpression('30 14 * * 1-5').describe(
    'When a round is posted if none is open, with NEXT_ROUND=scheduled (cron, UTC)',
  ),
  DIGEST_SCHEDULE: cronExpression('0 16 * * *').describe('When the daily digest is posted (cron, UTC)'),
  SEED: wholeNumber(0, 2_147_483_647, 1).describe('Seed of every draw and every forest'),

  SIMULATION_SEED: wholeNumber(0, 2_147_483_647, 1).describe('Seed of the simulated nights'),
  SIMULATION_SIZE: wholeNumber(60, 5000, 300).describe('Alerts of a simulated night'),
});

type Settings = z.infer<typeof settings>;

export interface SlackConfig {
  readonly botToken: string;
  readonly appToken: string;
  readonly channel: string;
  readonly apiUrl: string;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly groupId: string | null;
  readonly sasl: {
    readonly username: string;
    readonly password: string;
    readonly mechanism: Settings['KAFKA_SASL_MECHANISM'];
  } | null;
  readonly ssl: boolean;
}

export interface Config {
  readonly dataDir: string;
  readonly databasePath: string;
  readonly logLevel: Settings['LOG_LEVEL'];
  /** Null: no Slack tokens, the sandbox is used. */
  readonly slack: SlackConfig | null;
  readonly sandbox: { readonly port: number; readonly databasePath: string };
  readonly source: 'kafka' | 'simulated' | 'none';
  readonly kafka: KafkaConfig;
  readonly simulation: { readonly seed: number; readonly size: number };
  readonly pull: { readonly schedule: string; readonly limit: number };
  readonly rounds: {
    readonly firstSize: number;
    readonly size: number;
    readonly next: 'at-once' | 'scheduled';
    readonly schedule: string;
  };
  readonly digestSchedule: string;
  readonly seed: number;
}

const SLACK_SETTINGS = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_CHANNEL'] as const;

/** Settings that exclude or need one another; each fault says what to set. */
const contradictions = (s: Partial<Settings>): string[] => {
  const faults: string[] = [];
  const missing = SLACK_SETTINGS.filter((name) => s[name] === undefined);
  if (missing.length > 0 && missing.length < SLACK_SETTINGS.length) {
    faults.push(
      `${missing.join(' and ')}: set ${missing.length === 1 ? 'it' : 'them'} too to run on Slack, or unset the other${
        missing.length === 1 ? 's' : ''
      } to run in the sandbox`,
    );
  }
  if (s.SOURCE === 'kafka' && s.KAFKA_GROUP_ID === undefined) {
    faults.push(
      'KAFKA_GROUP_ID: set the group id that Fink gave you, or SOURCE=none to pull from files only',
    );
  }
  if (s.SOURCE === undefined && missing.length === 0 && s.KAFKA_GROUP_ID === undefined) {
    faults.push(
      'KAFKA_GROUP_ID: set the group id that Fink gave you (or SOURCE=none to pull from files only, SOURCE=simulated to try)',
    );
  }
  if (s.KAFKA_USERNAME !== undefined && s.KAFKA_PASSWORD === undefined) {
    faults.push('KAFKA_PASSWORD: set it too, since KAFKA_USERNAME is set');
  }
  if (s.KAFKA_PASSWORD !== undefined && s.KAFKA_USERNAME === undefined) {
    faults.push('KAFKA_USERNAME: set it too, since KAFKA_PASSWORD is set');
  }
  if (s.DATA_DIR !== undefined && existsSync(s.DATA_DIR) && !statSync(s.DATA_DIR).isDirectory()) {
    faults.push(`DATA_DIR: ${s.DATA_DIR} is a file; set it to a folder`);
  }
  return faults;
};

const parseBrokers = (text: string): string[] =>
  text
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');

const brokerFaults = (text: string | undefined): string[] => {
  const brokers = parseBrokers(text ?? '');
  const wrong = brokers.filter((broker) => !/^[^\s:]+:\d{1,5}$/.test(broker));
  if (text !== undefined && brokers.length === 0) return ['KAFKA_BROKERS: set at least one host:port'];
  return wrong.map((broker) => `KAFKA_BROKERS: "${broker}" is not host:port`);
};

/**
 * The configuration from the environment. An empty value counts as unset.
 * @throws ConfigError naming every fault with what to set
 */
export const readConfig = (env: Environment): Config => {
  const given = Object.fromEntries(
    Object.keys(settings.shape)
      .map((name) => [name, env[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  faults.push(...contradictions(parsed.success ? parsed.data : given));
  faults.push(...brokerFaults(given.KAFKA_BROKERS));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return toConfig(parsed.data);
};

const toConfig = (s: Settings): Config => {
  const dataDir = resolve(s.DATA_DIR);
  const slack =
    s.SLACK_BOT_TOKEN !== undefined && s.SLACK_APP_TOKEN !== undefined && s.SLACK_CHANNEL !== undefined
      ? {
          botToken: s.SLACK_BOT_TOKEN,
          appToken: s.SLACK_APP_TOKEN,
          channel: s.SLACK_CHANNEL,
          apiUrl: s.SLACK_API_URL,
        }
      : null;
  const sasl =
    s.KAFKA_USERNAME !== undefined && s.KAFKA_PASSWORD !== undefined
      ? { username: s.KAFKA_USERNAME, password: s.KAFKA_PASSWORD, mechanism: s.KAFKA_SASL_MECHANISM }
      : null;
  return {
    dataDir,
    databasePath: resolve(dataDir, 'finkvra.sqlite'),
    logLevel: s.LOG_LEVEL,
    slack,
    sandbox: { port: s.SANDBOX_PORT, databasePath: resolve(dataDir, 'sandbox.sqlite') },
    source: s.SOURCE ?? (slack !== null || s.KAFKA_GROUP_ID !== undefined ? 'kafka' : 'simulated'),
    kafka: {
      brokers: parseBrokers(s.KAFKA_BROKERS),
      topic: s.KAFKA_TOPIC,
      groupId: s.KAFKA_GROUP_ID ?? null,
      sasl,
      ssl: s.KAFKA_SSL,
    },
    simulation: { seed: s.SIMULATION_SEED, size: s.SIMULATION_SIZE },
    pull: { schedule: s.PULL_SCHEDULE, limit: s.PULL_LIMIT },
    rounds: {
      firstSize: s.FIRST_ROUND_SIZE,
      size: s.ROUND_SIZE,
      next: s.NEXT_ROUND ?? (slack === null ? 'at-once' : 'scheduled'),
      schedule: s.ROUND_SCHEDULE,
    },
    digestSchedule: s.DIGEST_SCHEDULE,
    seed: s.SEED,
  };
};

/** The process's environment, completed by a `.env` file in the working folder if there is one. */
export const processEnvironment = (): Environment => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
};
