import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';
import { FinkvraError } from '../lib/errors.ts';
import {
  SHERLOCK_CALLS_PER_HOUR,
  type SherlockTokenKind,
} from '../pipeline/enrich/sherlock/sherlock-budget.ts';
import { DEFAULT_EXCLUDED_CLASSES } from '../pipeline/enrich/sherlock/sherlock-classes.ts';
import { DEFAULT_LASAIR_ENDPOINT } from '../pipeline/enrich/sherlock/sherlock-client.ts';
import { DEFAULT_ENGINE, ENGINE_NAMES, type EngineName } from '../pipeline/learning/engines/engines.ts';
import { MODEL_TYPES, type ModelType } from '../pipeline/learning/label-maps.ts';
import {
  DEFAULT_STRATEGY,
  STRATEGY_NAMES,
  type StrategyName,
} from '../pipeline/learning/strategies/select-candidates.ts';

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

const LASAIR_LIMIT_MUST = 'must be a whole number from 1 to 10000';

const PEOPLE_MUST =
  'must be everyone, or ids of people (U…, W…) and user groups (S…) separated by commas, as in U012AB3CD,S0456EF7G';

const peopleList = (what: string) =>
  z
    .string()
    .regex(/^(everyone|[UWS][A-Z0-9]{2,}(\s*,\s*[UWS][A-Z0-9]{2,})*)$/, PEOPLE_MUST)
    .default('everyone')
    .describe(what);

/** `everyone`, or the ids of people and of user groups. */
export type PeopleConfig =
  | 'everyone'
  | { readonly users: readonly string[]; readonly groups: readonly string[] };

const peopleConfig = (text: string): PeopleConfig => {
  if (text === 'everyone') return 'everyone';
  const ids = text.split(',').map((id) => id.trim());
  return { users: ids.filter((id) => !id.startsWith('S')), groups: ids.filter((id) => id.startsWith('S')) };
};

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError: that is how Intl says that there is no such zone
  }
};

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
  SLACK_SIGNING_SECRET: z
    .string()
    .min(8, 'must be the signing secret (app page > Basic Information > App Credentials)')
    .optional()
    .describe(
      'Receive clicks over HTTP instead of Socket Mode, their signatures checked; no SLACK_APP_TOKEN then',
    ),
  HTTP_PORT: wholeNumber(1, 65_535, 3000).describe('Port for Slack’s requests with SLACK_SIGNING_SECRET'),
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
  DUST_DIR: z
    .string()
    .optional()
    .describe('Folder of the dust maps (finkvra dust install); by default dust in DATA_DIR'),
  LASAIR_TOKEN: z
    .string()
    .optional()
    .describe(
      'Token of your Lasair profile, for Sherlock’s host and class of each object; without it no lookups',
    ),
  LASAIR_TOKEN_KIND: choice(['none', 'user', 'power'])
    .optional()
    .describe(
      'Lookups an hour: user 100, power 10,000, none 10 without a token; by default user when LASAIR_TOKEN is set',
    ),
  LASAIR_LIMIT: z.coerce
    .number({ error: LASAIR_LIMIT_MUST })
    .int(LASAIR_LIMIT_MUST)
    .min(1, LASAIR_LIMIT_MUST)
    .max(10_000, LASAIR_LIMIT_MUST)
    .optional()
    .describe('Fewer lookups an hour than the token allows, when others use it too'),
  LASAIR_ENDPOINT: z
    .url({ error: `must be a URL such as ${DEFAULT_LASAIR_ENDPOINT}` })
    .default(DEFAULT_LASAIR_ENDPOINT)
    .describe('Address of the Lasair API'),
  SHERLOCK_EXCLUDED: z
    .string()
    .default(DEFAULT_EXCLUDED_CLASSES.join(','))
    .describe('Sherlock classes that are never asked about, separated by commas; none for none'),
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
  ROUND_LAYOUT: choice(['channel', 'thread'])
    .default('channel')
    .describe('Where a round’s cards are posted: channel, or the thread of its header'),
  ANSWERS_PER_CANDIDATE: wholeNumber(1, 9, 1).describe(
    'People asked about each candidate; most votes decide, a tie is left without a class',
  ),
  LABELLERS: peopleList('Who may label: everyone, or ids of people and user groups'),
  OPERATORS: peopleList('Who may run the loop (next, pull, digest, pause, resume): everyone, or ids'),
  REMIND_AFTER_HOURS: wholeNumber(0, 720, 24).describe(
    'Remind of a round that has been open this long, at most once a day; 0 never',
  ),
  REMIND_HOURS: z
    .string()
    .regex(
      /^([01]?\d|2[0-3])-([01]?\d|2[0-4])$/,
      'must be two hours such as 8-18: from 08:00 until before 18:00',
    )
    .default('8-18')
    .describe('Hours of the day in which a reminder may be posted'),
  REMIND_WEEKENDS: flag(false).describe('Remind on Saturdays and Sundays too'),
  REMIND_TIMEZONE: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as UTC or Europe/London')
    .default('UTC')
    .describe('Time zone of the reminder’s hours and days'),
  GUIDELINES_FILE: z
    .string()
    .optional()
    .describe('Markdown file of your own labelling guidelines; by default those in docs for the model type'),
  DIGEST_SCHEDULE: cronExpression('0 16 * * *').describe('When the daily digest is posted (cron, UTC)'),
  MODEL_TYPE: choice(MODEL_TYPES)
    .default('galactic')
    .describe('What is asked and learnt: galactic or not, real or bogus, transient or not'),
  STRATEGY: choice(STRATEGY_NAMES)
    .default(DEFAULT_STRATEGY)
    .describe(`How candidates are chosen once there is a model: ${STRATEGY_NAMES.join(', ')}`),
  ENGINE: choice(ENGINE_NAMES)
    .default(DEFAULT_ENGINE)
    .describe(`What is trained: ${ENGINE_NAMES.join(', ')}`),
  MLFLOW_TRACKING_URI: z
    .url({ error: 'must be the address of an MLflow server, such as http://localhost:5000' })
    .optional()
    .describe('MLflow server to log rounds to; without it nothing is logged'),
  MLFLOW_EXPERIMENT_NAME: z.string().default('finkvra').describe('MLflow experiment of the rounds'),
  MLFLOW_REGISTERED_MODEL: z
    .string()
    .regex(/^[^/:]+$/, 'must hold neither / nor :')
    .optional()
    .describe('Name of the model in the MLflow registry; by default finkvra- and the model type'),
  MLFLOW_TRACKING_USERNAME: z.string().optional().describe('MLflow user (basic authentication)'),
  MLFLOW_TRACKING_PASSWORD: z.string().optional().describe('MLflow password'),
  MLFLOW_TRACKING_TOKEN: z.string().optional().describe('MLflow bearer token, instead of user and password'),
  SEED: wholeNumber(0, 2_147_483_647, 1).describe('Seed of every draw and every forest'),

  SIMULATION_SEED: wholeNumber(0, 2_147_483_647, 1).describe('Seed of the simulated nights'),
  SIMULATION_SIZE: wholeNumber(60, 5000, 300).describe('Alerts of a simulated night'),
});

type Settings = z.infer<typeof settings>;

export interface SlackConfig {
  readonly botToken: string;
  /** Null where clicks come over HTTP. */
  readonly appToken: string | null;
  /** Where Slack sends clicks over HTTP; without it they come by Socket Mode. */
  readonly http?: { readonly signingSecret: string; readonly port: number } | null;
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

export interface MlflowConfig {
  readonly url: string;
  readonly auth:
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
    | { readonly kind: 'bearer'; readonly token: string }
    | null;
  readonly experiment: string;
  /** Null: `finkvra-` and the model type. */
  readonly registeredModel: string | null;
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
  readonly dustDir: string;
  readonly archiveDir: string;
  readonly lasair: {
    /** Null: no lookups. */
    readonly kind: SherlockTokenKind | null;
    readonly token: string | null;
    readonly endpoint: string;
    readonly callsPerHour: number;
    /** Sherlock classes kept out of the pool. */
    readonly excluded: readonly string[];
  };
  /** `bogus`: with bogus detections among its alerts, without which that question would teach nothing. */
  readonly simulation: { readonly seed: number; readonly size: number; readonly bogus: boolean };
  readonly pull: { readonly schedule: string; readonly limit: number };
  readonly rounds: {
    readonly firstSize: number;
    readonly size: number;
    readonly next: 'at-once' | 'scheduled';
    readonly schedule: string;
    readonly strategy: StrategyName;
    readonly layout: Settings['ROUND_LAYOUT'];
    readonly answersPerCandidate: number;
  };
  readonly labellers: PeopleConfig;
  readonly operators: PeopleConfig;
  readonly reminders: {
    /** 0: none. */
    readonly afterHours: number;
    /** Hours of the day, from (inclusive) and until (exclusive). */
    readonly from: number;
    readonly until: number;
    readonly weekends: boolean;
    readonly timeZone: string;
  };
  /** Null: the guidelines that come with the program. */
  readonly guidelinesFile: string | null;
  /** What is asked and learnt. */
  readonly modelType: ModelType;
  readonly engine: EngineName;
  /** Null: rounds are not logged. */
  readonly mlflow: MlflowConfig | null;
  readonly digestSchedule: string;
  readonly seed: number;
}

const reminderHours = (text: string): { from: number; until: number } => {
  const [from, until] = text.split('-').map(Number);
  return { from: from ?? 0, until: until ?? 24 };
};

const SLACK_SETTINGS = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_CHANNEL'] as const;

/** Settings that exclude or need one another; each fault says what to set. */
const contradictions = (s: Partial<Settings>): string[] => {
  const faults: string[] = [];
  const overHttp = s.SLACK_SIGNING_SECRET !== undefined;
  const wanted = SLACK_SETTINGS.filter((name) => !(overHttp && name === 'SLACK_APP_TOKEN'));
  const missing = wanted.filter((name) => s[name] === undefined);
  if (missing.length > 0 && (missing.length < wanted.length || overHttp)) {
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
  if (s.LASAIR_TOKEN === undefined && (s.LASAIR_TOKEN_KIND === 'user' || s.LASAIR_TOKEN_KIND === 'power')) {
    faults.push(`LASAIR_TOKEN: set it too, since LASAIR_TOKEN_KIND is ${s.LASAIR_TOKEN_KIND}`);
  }
  if (s.LASAIR_TOKEN !== undefined && s.LASAIR_TOKEN_KIND === 'none') {
    faults.push('LASAIR_TOKEN_KIND: none means without a token: set user or power, or unset LASAIR_TOKEN');
  }
  if (s.GUIDELINES_FILE !== undefined && !existsSync(s.GUIDELINES_FILE)) {
    faults.push(`GUIDELINES_FILE: there is no file ${s.GUIDELINES_FILE}`);
  }
  if (s.REMIND_HOURS !== undefined) {
    const { from, until } = reminderHours(s.REMIND_HOURS);
    if (from >= until) faults.push('REMIND_HOURS: the first hour must be before the second, such as 8-18');
  }
  if ((s.MLFLOW_TRACKING_USERNAME === undefined) !== (s.MLFLOW_TRACKING_PASSWORD === undefined)) {
    faults.push('MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD: set both or neither');
  }
  if (s.MLFLOW_TRACKING_TOKEN !== undefined && s.MLFLOW_TRACKING_USERNAME !== undefined) {
    faults.push('MLFLOW_TRACKING_TOKEN: set it, or user and password, not both');
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

const lasairConfig = (s: Settings): Config['lasair'] => {
  const token = s.LASAIR_TOKEN ?? null;
  const kind = s.LASAIR_TOKEN_KIND ?? (token === null ? null : 'user');
  const allowed = SHERLOCK_CALLS_PER_HOUR[kind ?? 'none'];
  const excluded = s.SHERLOCK_EXCLUDED.split(',').map((name) => name.trim().toUpperCase());
  return {
    kind,
    token,
    endpoint: s.LASAIR_ENDPOINT,
    callsPerHour: Math.min(allowed, s.LASAIR_LIMIT ?? allowed),
    excluded: excluded.filter((name) => name !== '' && name !== 'NONE'),
  };
};

const mlflowConfig = (s: Settings): MlflowConfig | null => {
  if (s.MLFLOW_TRACKING_URI === undefined) return null;
  const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = s;
  const token = s.MLFLOW_TRACKING_TOKEN;
  return {
    url: s.MLFLOW_TRACKING_URI,
    auth:
      token !== undefined
        ? { kind: 'bearer', token }
        : username !== undefined && password !== undefined
          ? { kind: 'basic', username, password }
          : null,
    experiment: s.MLFLOW_EXPERIMENT_NAME,
    registeredModel: s.MLFLOW_REGISTERED_MODEL ?? null,
  };
};

const toConfig = (s: Settings): Config => {
  const dataDir = resolve(s.DATA_DIR);
  const slack =
    s.SLACK_BOT_TOKEN !== undefined &&
    (s.SLACK_APP_TOKEN !== undefined || s.SLACK_SIGNING_SECRET !== undefined) &&
    s.SLACK_CHANNEL !== undefined
      ? {
          botToken: s.SLACK_BOT_TOKEN,
          appToken: s.SLACK_APP_TOKEN ?? null,
          http:
            s.SLACK_SIGNING_SECRET === undefined
              ? null
              : { signingSecret: s.SLACK_SIGNING_SECRET, port: s.HTTP_PORT },
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
    dustDir: resolve(s.DUST_DIR ?? resolve(dataDir, 'dust')),
    archiveDir: resolve(dataDir, 'archive'),
    lasair: lasairConfig(s),
    simulation: { seed: s.SIMULATION_SEED, size: s.SIMULATION_SIZE, bogus: s.MODEL_TYPE === 'real' },
    pull: { schedule: s.PULL_SCHEDULE, limit: s.PULL_LIMIT },
    rounds: {
      firstSize: s.FIRST_ROUND_SIZE,
      size: s.ROUND_SIZE,
      next: s.NEXT_ROUND ?? (slack === null ? 'at-once' : 'scheduled'),
      schedule: s.ROUND_SCHEDULE,
      strategy: s.STRATEGY,
      layout: s.ROUND_LAYOUT,
      answersPerCandidate: s.ANSWERS_PER_CANDIDATE,
    },
    labellers: peopleConfig(s.LABELLERS),
    operators: peopleConfig(s.OPERATORS),
    reminders: {
      afterHours: s.REMIND_AFTER_HOURS,
      ...reminderHours(s.REMIND_HOURS),
      weekends: s.REMIND_WEEKENDS,
      timeZone: s.REMIND_TIMEZONE,
    },
    guidelinesFile: s.GUIDELINES_FILE === undefined ? null : resolve(s.GUIDELINES_FILE),
    modelType: s.MODEL_TYPE,
    engine: s.ENGINE,
    mlflow: mlflowConfig(s),
    digestSchedule: s.DIGEST_SCHEDULE,
    seed: s.SEED,
  };
};

/** The process's environment, completed by a `.env` file in the working folder if there is one. */
export const processEnvironment = (): Environment => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
};
