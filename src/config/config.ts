import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import type { z } from 'zod';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { decodeTableText } from '../lib/read-table-text.ts';
import { SHERLOCK_CALLS_PER_HOUR } from '../pipeline/enrich/sherlock/sherlock-budget.ts';
import { type PostgresPlace, postgresPlace } from '../store/postgres/postgres-place.ts';
import { lookIntoStore } from '../store/store-kind.ts';
import { conflictingSettings } from './conflicting-settings.ts';
import { LEAVES, type Settings, settings } from './settings.ts';
import { unknownSettings } from './unknown-settings.ts';
export type Environment = Readonly<Record<string, string | undefined>>;

/** All faults of the environment in one error. */
export class ConfigError extends FinkvraError {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    const head =
      faults.length === 1 ? 'One setting must be corrected' : `${faults.length} settings must be corrected`;
    super(`${head}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const STORE = 'finkvra.sqlite';

/** Null: no Slack tokens, so the sandbox is used. */
const slackConfig = ({ slack: s }: Settings) =>
  s.botToken !== undefined &&
  (s.appToken !== undefined || s.signingSecret !== undefined) &&
  s.channel !== undefined
    ? {
        botToken: s.botToken,
        /** Null if clicks come over HTTP. */
        appToken: s.appToken ?? null,
        /** Where Slack sends clicks over HTTP; null: Socket Mode. */
        http:
          s.signingSecret === undefined
            ? null
            : { signingSecret: s.signingSecret, host: s.httpHost, port: s.httpPort },
        channel: s.channel,
        apiUrl: s.apiUrl,
        postsPerSecond: s.postsPerSecond,
      }
    : null;

/** Null: Discord is not used. */
const discordConfig = ({ discord: d }: Settings) =>
  d.token !== undefined && d.channel !== undefined
    ? { token: d.token, channel: d.channel, apiUrl: d.apiUrl, postsPerSecond: d.postsPerSecond }
    : null;

const kafkaConfig = ({ kafka }: Settings) => {
  const { brokers, topic, groupId, username, password, mechanism, ssl } = kafka;
  return {
    brokers,
    topic,
    groupId: groupId ?? null,
    sasl: username !== undefined && password !== undefined ? { username, password, mechanism } : null,
    ssl,
  };
};

const lasairConfig = ({ lasair }: Settings) => {
  const token = lasair.token ?? null;
  const kind = lasair.kind ?? (token === null ? null : 'user');
  const allowed = SHERLOCK_CALLS_PER_HOUR[kind ?? 'none'];
  return {
    /** Null: no lookups. */
    kind,
    token,
    endpoint: lasair.endpoint,
    callsPerHour: Math.min(allowed, lasair.limit ?? allowed),
    /** Sherlock classes excluded from the pool. */
    excluded: lasair.excluded,
  };
};

const mlflowAuth = ({ mlflow: { username, password, token } }: Settings) => {
  if (token !== undefined) return { kind: 'bearer' as const, token };
  return username !== undefined && password !== undefined
    ? { kind: 'basic' as const, username, password }
    : null;
};

/** Null: rounds are not logged. */
const mlflowConfig = (s: Settings) =>
  s.mlflow.url === undefined
    ? null
    : {
        url: s.mlflow.url,
        auth: mlflowAuth(s),
        experiment: s.mlflow.experiment,
        /** Null: `finkvra-` and the model type. */
        registeredModel: s.mlflow.registeredModel ?? null,
      };

/**
 * The source if SOURCE is not set: none if the store holds real alerts from files, else the simulation. A store
 * that cannot be read counts as real.
 */
const sourceOfStore = (path: string): 'none' | 'simulated' => {
  try {
    return lookIntoStore(path)?.real === true ? 'none' : 'simulated';
  } catch {
    return 'none'; // damaged: whoever opens it reports it
  }
};

/** Where the store is: a file, or a database on a server. */
export interface StorePlace {
  /** As `openStore` takes it; of a server with its password: never shown. */
  readonly place: string;
  /** What people and logs see of it. */
  readonly shown: string;
  /** Null for a file. */
  readonly server: PostgresPlace | null;
}

const storePlaceOf = (url: string | undefined, path: string): StorePlace => {
  if (url === undefined) return { place: path, shown: path, server: null };
  const server = postgresPlace(url);
  return { place: url, shown: server.shown, server };
};

/** The settings as the program uses them: absolute paths, derived values. */
const toConfig = (s: Settings) => {
  const dataDir = resolve(s.dataDir);
  const slack = slackConfig(s);
  const discord = discordConfig(s);
  const inSandbox = slack === null && discord === null;
  const { hours, ...reminders } = s.reminders;
  const named = s.source ?? (!inSandbox || s.kafka.groupId !== undefined ? ('kafka' as const) : null);
  const source = named ?? (s.storeUrl === undefined ? sourceOfStore(resolve(dataDir, STORE)) : 'none');
  // Simulated data has its own store, archive and sandbox.
  const storeDir = source === 'simulated' ? resolve(dataDir, 'simulated') : dataDir;
  return {
    dataDir,
    /** The store's file; with STORE_URL there is none, and what is kept beside a store is beside this name. */
    databasePath: resolve(storeDir, STORE),
    store: storePlaceOf(s.storeUrl, resolve(storeDir, STORE)),
    archiveDir: resolve(storeDir, 'archive'),
    dustDir: resolve(s.dustDir ?? resolve(dataDir, 'dust')),
    /** Daily backups kept; 0: none are made. */
    backupsKept: s.backupsKept,
    /** Nights for which stamps are kept; 0: all. */
    stampNights: s.stampNights,
    /** Days without a new alert after which an object leaves the pool; 0: never. */
    poolDays: s.poolDays,
    logLevel: s.logLevel,
    timeZone: s.timeZone,
    slack,
    discord,
    sandbox: {
      chat: s.sandbox.chat,
      port: s.sandbox.port,
      databasePath: resolve(
        storeDir,
        s.sandbox.chat === 'slack' ? 'sandbox.sqlite' : 'sandbox-discord.sqlite',
      ),
    },
    source,
    kafka: kafkaConfig(s),
    lasair: lasairConfig(s),
    /** Null: light curves are not fetched. */
    finkApi: s.finkApi,
    /** Address of `hips2fits`; null: images are not fetched. */
    sky: {
      hips2fits: s.sky.hips2fits,
      folder: resolve(dataDir, 'sky'),
      mostBytes: s.sky.cacheMegabytes * 1e6,
    },
    /** `bogus`: with bogus detections, without which the question real or bogus has one class only. */
    simulation: { ...s.simulation, bogus: s.modelType === 'real' },
    pull: s.pull,
    rounds: {
      ...s.rounds,
      next: s.rounds.next ?? (inSandbox ? ('at-once' as const) : ('scheduled' as const)),
    },
    people: {
      ...s.people,
      /** Null: the built-in guidelines. */
      guidelinesFile: s.people.guidelinesFile === undefined ? null : resolve(s.people.guidelinesFile),
    },
    reminders: { ...reminders, ...hours, timeZone: reminders.timeZone ?? s.timeZone },
    digest: s.digest,
    modelType: s.modelType,
    engine: s.engine,
    features: s.features,
    decision: s.decision,
    start: s.start,
    /** Null: the built-in starting set. */
    starterFile: s.starterFile === undefined ? null : resolve(s.starterFile),
    mlflow: mlflowConfig(s),
    /** Null: not served. */
    metrics: s.metrics.port === undefined ? null : { host: s.metrics.host, port: s.metrics.port },
    seed: s.seed,
  };
};

const configSchema = settings.transform(toConfig);

export type Config = z.output<typeof configSchema> & {
  /** Variables that look like misspelt settings. */
  readonly unknown: readonly string[];
};
export type SlackConfig = NonNullable<Config['slack']>;
export type DiscordConfig = NonNullable<Config['discord']>;

/** The service's chat. */
export type ChatConfig =
  | { readonly kind: 'slack'; readonly slack: SlackConfig }
  | { readonly kind: 'discord'; readonly discord: DiscordConfig };

/** The configured chat; null: the sandbox. */
export const configuredChat = ({ slack, discord }: Config): ChatConfig | null => {
  if (slack !== null) return { kind: 'slack', slack };
  return discord === null ? null : { kind: 'discord', discord };
};

/** The environment's values, nested as in the schema. */
const nested = (given: Environment): Record<string, unknown> => {
  const root: Record<string, unknown> = {};
  for (const { env, path } of LEAVES) {
    const [group, name] = path;
    if (group === undefined) continue;
    if (name === undefined) root[group] = given[env];
    else root[group] = { ...Object(root[group]), [name]: given[env] };
  }
  return root;
};

/**
 * Reads the configuration from the environment. Empty values count as unset.
 * @throws ConfigError with every fault and what to set
 */
export const readConfig = (env: Environment): Config => {
  const given = Object.fromEntries(
    LEAVES.map((leaf) => [leaf.env, env[leaf.env]?.trim()] as const).filter(([, value]) => value),
  );
  const parsed = configSchema.safeParse(nested(given));
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(
        ({ path, message }) =>
          `${LEAVES.find((leaf) => leaf.path.join('.') === path.join('.'))?.env ?? path.join('.')}: ${message}`,
      );
  faults.push(...conflictingSettings(given));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return { ...parsed.data, unknown: unknownSettings(env) };
};

/** The settings in a `.env` file. A byte order mark, which Windows editors write, is not part of the first name. */
export const readEnvFile = (path: string): Environment => {
  const text = decodeTableText(readFileSync(path), path).replace(/^\uFEFF/, '');
  return { ...parseEnv(text) };
};

/** The environment, completed by the `.env` file in the working folder. */
export const processEnvironment = (): Environment => {
  if (existsSync('.env')) {
    for (const [name, value] of Object.entries(readEnvFile('.env'))) process.env[name] ??= value;
  }
  return process.env;
};

/**
 * Settings from `npm start -- …`, for one start: `--chat discord` opens that chat's sandbox.
 * @throws FinkvraError for any other flag
 */
export const readStartFlags = (args: readonly string[]): Readonly<Record<string, string>> => {
  try {
    const { values } = parseArgs({ args: [...args], options: { chat: { type: 'string' } } });
    return values.chat === undefined ? {} : { SANDBOX_CHAT: values.chat };
  } catch (error) {
    throw new FinkvraError(
      `${messageOf(error)}. The service takes --chat slack or --chat discord, for its sandbox; everything else is set by environment variables (docs/configuration.md).`,
      { cause: error },
    );
  }
};
