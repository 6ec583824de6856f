import { z } from 'zod';
import { DEFAULT_FINK_API } from '../pipeline/enrich/history/history-client.ts';
import { DEFAULT_EXCLUDED_CLASSES } from '../pipeline/enrich/sherlock/sherlock-classes.ts';
import { DEFAULT_LASAIR_ENDPOINT } from '../pipeline/enrich/sherlock/sherlock-client.ts';
import { DEFAULT_HIPS2FITS } from '../pipeline/enrich/sky/sky-client.ts';
import { DEFAULT_FEATURE_SET, FEATURE_SETS } from '../pipeline/features/feature-table.ts';
import { DECISION_RULES, DEFAULT_DECISION } from '../pipeline/learning/accuracy/decision.ts';
import { DEFAULT_ENGINE, ENGINE_NAMES } from '../pipeline/learning/engines/engines.ts';
import { MODEL_TYPES } from '../pipeline/learning/label-maps.ts';
import { START_KINDS } from '../pipeline/learning/others-labels.ts';
import { DEFAULT_STRATEGY, STRATEGY_NAMES } from '../pipeline/learning/strategies/run-strategy.ts';
import { isPostgresUrl } from '../store/postgres/postgres-place.ts';
import {
  addressOrOff,
  choice,
  commaList,
  cronExpression,
  flag,
  hostPorts,
  hoursOfDay,
  notesOf,
  peopleList,
  type SettingNotes,
  secretSetting,
  setting,
  snowflake,
  timeZone,
  wholeNumber,
} from './setting-kinds.ts';

/**
 * All settings by group, each with its environment variable, type, default and description. A test compares them
 * with the table in docs/configuration.md.
 */
export const settings = z.object({
  dataDir: setting(
    'DATA_DIR',
    z.string().default('./data'),
    'Folder of the store and everything else that is kept',
  ),
  storeUrl: secretSetting(
    'STORE_URL',
    z
      .string()
      .refine(isPostgresUrl, 'must be postgres://user:password@host:5432/database')
      .refine(
        (text) => URL.canParse(text),
        'is no address: write special characters of the password as %XX, such as %40 for @',
      )
      .optional(),
    'PostgreSQL database of the store, `postgres://user:password@host:5432/database`; without it the store is a file in DATA_DIR',
  ),
  backupsKept: setting(
    'BACKUPS_KEPT',
    wholeNumber(0, 1000).default(3),
    'Daily copies of the store (without stamps) kept in the folder backups in DATA_DIR; 0: none are made',
  ),
  stampNights: setting(
    'STAMP_NIGHTS',
    wholeNumber(0, 36_500).default(30),
    'Nights for which stamps are kept; older stamps are deleted unless their alert is a candidate or labelled; 0: all are kept',
  ),
  poolDays: setting(
    'POOL_DAYS',
    wholeNumber(0, 10_000).default(30),
    'Objects not seen in this many days before the store’s newest alert are no longer asked about; 0: all are',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    choice(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Log level',
  ),
  timeZone: setting('TIMEZONE', timeZone().default('UTC'), 'Time zone of all schedules'),
  slack: z.object({
    botToken: secretSetting(
      'SLACK_BOT_TOKEN',
      z
        .string()
        .startsWith('xoxb-', 'must begin with xoxb- (app page > OAuth & Permissions > Bot User OAuth Token)')
        .optional(),
      'Bot token; with the two below the bot runs on Slack, without all three in the sandbox',
    ),
    appToken: secretSetting(
      'SLACK_APP_TOKEN',
      z
        .string()
        .startsWith('xapp-', 'must begin with xapp- (app page > Basic Information > App-Level Tokens)')
        .optional(),
      'App-level token with connections:write',
    ),
    channel: setting(
      'SLACK_CHANNEL',
      z
        .string()
        .regex(
          /^[CG][A-Z0-9]{5,}$/,
          'must be a channel id such as C0123456789 (channel name > About, at the end)',
        )
        .optional(),
      'Id of the channel to post to',
    ),
    apiUrl: setting(
      'SLACK_API_URL',
      z.url({ error: 'must be a URL such as https://slack.com/api/' }).default('https://slack.com/api/'),
      "Address of Slack's Web API",
    ),
    postsPerSecond: setting(
      'SLACK_POSTS_PER_SECOND',
      wholeNumber(1, 1000).default(1),
      'Messages posted a second after a burst of five; Slack allows about one per channel',
    ),
    signingSecret: secretSetting(
      'SLACK_SIGNING_SECRET',
      z
        .string()
        .min(8, 'must be the signing secret (app page > Basic Information > App Credentials)')
        .optional(),
      'Receives clicks over HTTP with checked signatures, instead of Socket Mode; then no SLACK_APP_TOKEN is needed',
    ),
    httpHost: setting(
      'HTTP_HOST',
      z.string().default('127.0.0.1'),
      'Address on which Slack’s requests are received; 0.0.0.0 for all, such as in a container',
    ),
    httpPort: setting(
      'HTTP_PORT',
      wholeNumber(1, 65_535).default(3000),
      'Port for Slack’s requests with SLACK_SIGNING_SECRET',
    ),
  }),
  discord: z.object({
    token: secretSetting(
      'DISCORD_TOKEN',
      z
        .string()
        .regex(
          /^[\w-]{18,}\.[\w-]{6,}\.[\w-]{20,}$/,
          'must be a bot token (discord.com/developers > your application > Bot > Reset Token)',
        )
        .optional(),
      'Bot token; with DISCORD_CHANNEL the bot runs on Discord instead of Slack',
    ),
    channel: setting(
      'DISCORD_CHANNEL',
      snowflake(
        'must be a channel id such as 1189342345657384962 (Developer Mode on, then Copy Channel ID)',
      ).optional(),
      'Id of the channel to post to',
    ),
    apiUrl: setting(
      'DISCORD_API_URL',
      z.url({ error: 'must be a URL such as https://discord.com/api' }).default('https://discord.com/api'),
      "Address of Discord's API, without the version",
    ),
    postsPerSecond: setting(
      'DISCORD_POSTS_PER_SECOND',
      wholeNumber(1, 1000).default(1),
      'Messages posted a second after a burst of five; Discord allows about one per channel',
    ),
  }),
  sandbox: z.object({
    chat: setting(
      'SANDBOX_CHAT',
      choice(['slack', 'discord']).default('slack'),
      'The chat that the sandbox imitates; npm start -- --chat discord sets it',
    ),
    port: setting(
      'SANDBOX_PORT',
      wholeNumber(0, 65_535).default(3210),
      'Port of the sandbox on 127.0.0.1; 0 takes any free one',
    ),
  }),
  source: setting(
    'SOURCE',
    choice(['kafka', 'simulated', 'none']).optional(),
    'Where the schedule pulls from; by default kafka on a chat or when KAFKA_GROUP_ID is set, else none where real alerts were taken in, else simulated',
  ),
  kafka: z.object({
    brokers: setting(
      'KAFKA_BROKERS',
      hostPorts('kafka-ztf.fink-broker.org:24499'),
      'Bootstrap servers, host:port, separated by commas',
    ),
    topic: setting('KAFKA_TOPIC', z.string().default('fink_vra_ztf'), 'Topic of the alerts'),
    groupId: setting('KAFKA_GROUP_ID', z.string().optional(), 'Consumer group that Fink gave you'),
    username: setting('KAFKA_USERNAME', z.string().optional(), 'SASL user, if Fink gave you one'),
    password: secretSetting('KAFKA_PASSWORD', z.string().optional(), 'SASL password'),
    mechanism: setting(
      'KAFKA_SASL_MECHANISM',
      choice(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512'),
      'SASL mechanism',
    ),
    ssl: setting('KAFKA_SSL', flag(false), 'Encrypt the connection to Kafka'),
  }),
  dustDir: setting(
    'DUST_DIR',
    z.string().optional(),
    'Folder of the dust maps (finkvra dust install); by default dust in DATA_DIR',
  ),
  lasair: z.object({
    token: secretSetting(
      'LASAIR_TOKEN',
      z.string().optional(),
      'Token of your Lasair profile, for Sherlock’s host and class of each object; without it no lookups',
    ),
    kind: setting(
      'LASAIR_TOKEN_KIND',
      choice(['none', 'user', 'power']).optional(),
      'Lookups an hour: user 100, power 10,000, none 10 without a token; by default user when LASAIR_TOKEN is set',
    ),
    limit: setting(
      'LASAIR_LIMIT',
      wholeNumber(1, 10_000).optional(),
      'Lookups an hour, if fewer than the token allows because others use it too',
    ),
    endpoint: setting(
      'LASAIR_ENDPOINT',
      z.url({ error: `must be a URL such as ${DEFAULT_LASAIR_ENDPOINT}` }).default(DEFAULT_LASAIR_ENDPOINT),
      'Address of the Lasair API',
    ),
    excluded: setting(
      'SHERLOCK_EXCLUDED',
      z
        .string()
        .transform((text) => commaList(text.toUpperCase()).filter((name) => name !== 'NONE'))
        .prefault(DEFAULT_EXCLUDED_CLASSES.join(',')),
      'Sherlock classes that are never asked about, separated by commas; none for none',
    ),
  }),
  finkApi: setting(
    'FINK_API_URL',
    addressOrOff(DEFAULT_FINK_API),
    'Address of Fink’s API, for the whole light curve of each candidate; off: it is not asked',
  ),
  sky: z.object({
    hips2fits: setting(
      'SKY_IMAGE_URL',
      addressOrOff(DEFAULT_HIPS2FITS),
      'Address of the colour images of the sky (CDS hips2fits); off: cards have none',
    ),
    cacheMegabytes: setting(
      'SKY_CACHE_MB',
      wholeNumber(1, 100_000).default(200),
      'Largest size of the folder sky in DATA_DIR; the least recently used images are deleted first',
    ),
  }),
  pull: z.object({
    schedule: setting(
      'PULL_SCHEDULE',
      cronExpression('0 14 * * *'),
      'When alerts are pulled (cron, in TIMEZONE)',
    ),
    limit: setting('PULL_LIMIT', wholeNumber(1, 10_000_000).default(100_000), 'Most packets one pull reads'),
  }),
  rounds: z.object({
    firstSize: setting(
      'FIRST_ROUND_SIZE',
      wholeNumber(4, 200).default(30),
      'Candidates of the first round, drawn at random',
    ),
    size: setting('ROUND_SIZE', wholeNumber(1, 100).default(10), 'Candidates of every later round'),
    next: setting(
      'NEXT_ROUND',
      choice(['at-once', 'scheduled']).optional(),
      'When the next round is posted: by default at-once in the sandbox, scheduled on a chat',
    ),
    schedule: setting(
      'ROUND_SCHEDULE',
      cronExpression('30 14 * * 1-5'),
      'When a round is posted if none is open, with NEXT_ROUND=scheduled (cron, in TIMEZONE)',
    ),
    layout: setting(
      'ROUND_LAYOUT',
      choice(['channel', 'thread']).default('channel'),
      'Where a round’s cards are posted: channel, or the thread of its header',
    ),
    answersPerCandidate: setting(
      'ANSWERS_PER_CANDIDATE',
      wholeNumber(1, 9).default(1),
      'People asked about each candidate; most votes decide, a tie is left without a class',
    ),
    hints: setting(
      'HINTS',
      choice(['after', 'before']).default('after'),
      'When people see the model’s probability: after they have answered, or before, on every card',
    ),
    strategy: setting(
      'STRATEGY',
      choice(STRATEGY_NAMES).default(DEFAULT_STRATEGY),
      `How candidates are chosen once there is a model: ${STRATEGY_NAMES.join(', ')}`,
    ),
  }),
  people: z.object({
    labellers: setting(
      'LABELLERS',
      peopleList(),
      'Who may label: everyone in the channel, or ids of people and of user groups (Slack) or roles (Discord)',
    ),
    operators: setting(
      'OPERATORS',
      peopleList(),
      'Who may run the loop (next, pull, digest, pause, resume): everyone in the channel, or ids',
    ),
    guidelinesFile: setting(
      'GUIDELINES_FILE',
      z.string().optional(),
      'Markdown file of your own labelling guidelines; by default those in docs for the model type',
    ),
  }),
  reminders: z.object({
    afterHours: setting(
      'REMIND_AFTER_HOURS',
      wholeNumber(0, 720).default(24),
      'Remind of a round that has been open this long, at most once a day; 0 never',
    ),
    hours: setting('REMIND_HOURS', hoursOfDay('8-18'), 'Hours of the day in which a reminder may be posted'),
    weekends: setting('REMIND_WEEKENDS', flag(false), 'Remind on Saturdays and Sundays too'),
    timeZone: setting(
      'REMIND_TIMEZONE',
      timeZone().optional(),
      'Time zone of the reminder’s hours and days; by default TIMEZONE',
    ),
  }),
  digest: z.object({
    schedule: setting(
      'DIGEST_SCHEDULE',
      cronExpression('0 16 * * *'),
      'When the daily digest is posted (cron, in TIMEZONE)',
    ),
  }),
  modelType: setting(
    'MODEL_TYPE',
    choice(MODEL_TYPES).default('galactic'),
    'The question that is asked and learnt: galactic or not, real or bogus, transient or not',
  ),
  engine: setting(
    'ENGINE',
    choice(ENGINE_NAMES).default(DEFAULT_ENGINE),
    `The model that is trained: ${ENGINE_NAMES.join(', ')}`,
  ),
  features: setting(
    'FEATURES',
    choice(FEATURE_SETS).default(DEFAULT_FEATURE_SET),
    'The inputs of models: reference (the 21), context (what lies at the position), wide (and light curves)',
  ),
  decision: setting(
    'DECISION',
    choice(DECISION_RULES).default(DEFAULT_DECISION),
    'Probability from which an object counts as class 1: accuracy (one half), balanced (the mean of all objects, for a rare class)',
  ),
  start: setting(
    'START',
    choice(START_KINDS).default('labels'),
    'Training before the first round: labels (on stored labels), starter (on those and others’ labels), reference (none)',
  ),
  starterFile: setting(
    'STARTER_FILE',
    z.string().optional(),
    'File of others’ labels for START=starter, made by `finkvra starter build`; by default the one that comes with finkvra',
  ),
  mlflow: z.object({
    url: setting(
      'MLFLOW_TRACKING_URI',
      z.url({ error: 'must be the address of an MLflow server, such as http://localhost:5000' }).optional(),
      'MLflow server to log rounds to; without it nothing is logged',
    ),
    experiment: setting(
      'MLFLOW_EXPERIMENT_NAME',
      z.string().default('finkvra'),
      'MLflow experiment of the rounds',
    ),
    registeredModel: setting(
      'MLFLOW_REGISTERED_MODEL',
      z
        .string()
        .regex(/^[^/:]+$/, 'must hold neither / nor :')
        .optional(),
      'Name of the model in the MLflow registry; by default finkvra- and the model type',
    ),
    username: setting(
      'MLFLOW_TRACKING_USERNAME',
      z.string().optional(),
      'MLflow user (basic authentication)',
    ),
    password: secretSetting('MLFLOW_TRACKING_PASSWORD', z.string().optional(), 'MLflow password'),
    token: secretSetting(
      'MLFLOW_TRACKING_TOKEN',
      z.string().optional(),
      'MLflow bearer token, instead of user and password',
    ),
  }),
  metrics: z.object({
    host: setting(
      'METRICS_HOST',
      z.string().default('127.0.0.1'),
      'Address on which /healthz and /metrics are served; 0.0.0.0 for all, such as in a container',
    ),
    port: setting(
      'METRICS_PORT',
      wholeNumber(0, 65_535).optional(),
      'Port of /healthz and /metrics (Prometheus); 0 takes any free one, without it they are not served',
    ),
  }),
  seed: setting('SEED', wholeNumber(0, 2_147_483_647).default(1), 'Seed of every draw and every forest'),
  simulation: z.object({
    seed: setting(
      'SIMULATION_SEED',
      wholeNumber(0, 2_147_483_647).default(1),
      'Seed of the simulated nights',
    ),
    size: setting('SIMULATION_SIZE', wholeNumber(60, 5000).default(300), 'Alerts of a simulated night'),
  }),
});

export type Settings = z.output<typeof settings>;

/** A setting and its path in the schema. */
export interface Leaf extends SettingNotes {
  readonly path: readonly string[];
}

const leavesOf = (schema: z.ZodObject, path: readonly string[]): Leaf[] =>
  Object.entries(schema.shape).flatMap(([name, part]) => {
    const here = [...path, name];
    if (part instanceof z.ZodObject) return leavesOf(part, here);
    const notes = notesOf(part);
    if (notes === undefined) throw new Error(`${here.join('.')} names no environment variable`);
    return [{ ...notes, path: here }];
  });

/** Every setting, in the order of the schema. */
export const LEAVES: readonly Leaf[] = leavesOf(settings, []);

/** Values in an environment that must never be shown: secrets, and passwords in addresses. */
export const secretsIn = (env: Readonly<Record<string, string | undefined>>): string[] =>
  LEAVES.flatMap((leaf) => {
    const value = env[leaf.env]?.trim() ?? '';
    if (leaf.secret && !isPostgresUrl(value)) return [value];
    if (!URL.canParse(value)) return [];
    const { password, searchParams } = new URL(value);
    return [password, decodeURIComponent(password), searchParams.get('password') ?? ''];
  }).filter((secret) => secret !== '');
