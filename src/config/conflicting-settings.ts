import { existsSync, statSync } from 'node:fs';
import { idsOfOtherChat } from './setting-kinds.ts';

/** Set values by environment variable, trimmed; empty ones are left out. */
export type Given = Readonly<Record<string, string | undefined>>;

const SLACK_SETTINGS = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_CHANNEL'];

/** Two settings that need each other. */
const pair = (given: Given, one: string, other: string): string[] => {
  if ((given[one] === undefined) === (given[other] === undefined)) return [];
  const [set, unset] = given[one] === undefined ? [other, one] : [one, other];
  return [`${unset}: set it too, since ${set} is set`];
};

const SLACK_ANY = [...SLACK_SETTINGS, 'SLACK_SIGNING_SECRET'];
const DISCORD_SETTINGS = ['DISCORD_TOKEN', 'DISCORD_CHANNEL'];

/** A service works in one chat, and stored ids of people belong to it. */
const chatFaults = (given: Given): string[] => {
  const ofSlack = SLACK_ANY.filter((name) => given[name] !== undefined);
  const ofDiscord = DISCORD_SETTINGS.filter((name) => given[name] !== undefined);
  if (ofSlack.length > 0 && ofDiscord.length > 0)
    return [
      `${ofSlack.join(', ')} and ${ofDiscord.join(', ')}: a service works in one chat; unset those of the other, or run a second service with a DATA_DIR of its own`,
    ];
  if (ofSlack.length > 0) return [...slackFaults(given), ...peopleFaults(given, 'slack')];
  if (ofDiscord.length > 0) return [...discordFaults(given), ...peopleFaults(given, 'discord')];
  return [];
};

const peopleFaults = (given: Given, chat: 'slack' | 'discord'): string[] =>
  ['LABELLERS', 'OPERATORS'].flatMap((name) => {
    const ids = idsOfOtherChat(given[name], chat);
    if (ids.length === 0) return [];
    return chat === 'slack'
      ? [`${name}: ${ids.join(', ')} is of Discord; on Slack set ids of people (U…) and user groups (S…)`]
      : [`${name}: ${ids.join(', ')} is of Slack; on Discord set ids of people and roles (Copy User ID)`];
  });

const NO_GROUP =
  'KAFKA_GROUP_ID: set the group id that Fink gave you (or SOURCE=none to pull from files only, SOURCE=simulated to try)';

const groupFaults = (given: Given): string[] =>
  given.SOURCE === undefined && given.KAFKA_GROUP_ID === undefined ? [NO_GROUP] : [];

/** Which alerts a database on a server is for cannot be looked up before it is connected to. */
const storeFaults = (given: Given): string[] => {
  const isKnown =
    given.SOURCE !== undefined ||
    given.KAFKA_GROUP_ID !== undefined ||
    [...SLACK_ANY, ...DISCORD_SETTINGS].some((name) => given[name] !== undefined);
  return given.STORE_URL === undefined || isKnown
    ? []
    : [
        'SOURCE: set it too, since STORE_URL is set: kafka to read from Fink, none to pull from files only, simulated for simulated nights (with a database of their own)',
      ];
};

const discordFaults = (given: Given): string[] => {
  const [missing, ...others] = DISCORD_SETTINGS.filter((name) => given[name] === undefined);
  if (missing === undefined || others.length > 0) return groupFaults(given);
  return [`${missing}: set it too to run on Discord, or unset the other to run in the sandbox`];
};

const slackFaults = (given: Given): string[] => {
  const overHttp = given.SLACK_SIGNING_SECRET !== undefined;
  const wanted = SLACK_SETTINGS.filter((name) => !(overHttp && name === 'SLACK_APP_TOKEN'));
  const missing = wanted.filter((name) => given[name] === undefined);
  if (missing.length === 0) return groupFaults(given);
  if (missing.length === wanted.length && !overHttp) return [];
  const one = missing.length === 1;
  return [
    `${missing.join(' and ')}: set ${one ? 'it' : 'them'} too to run on Slack, or unset the other${
      one ? 's' : ''
    } to run in the sandbox`,
  ];
};

const kafkaFaults = (given: Given): string[] => [
  ...(given.SOURCE === 'kafka' && given.KAFKA_GROUP_ID === undefined
    ? ['KAFKA_GROUP_ID: set the group id that Fink gave you, or SOURCE=none to pull from files only']
    : []),
  ...pair(given, 'KAFKA_USERNAME', 'KAFKA_PASSWORD'),
];

const lasairFaults = ({ LASAIR_TOKEN: token, LASAIR_TOKEN_KIND: kind }: Given): string[] => {
  if (token === undefined && (kind === 'user' || kind === 'power'))
    return [`LASAIR_TOKEN: set it too, since LASAIR_TOKEN_KIND is ${kind}`];
  return token !== undefined && kind === 'none'
    ? ['LASAIR_TOKEN_KIND: none means without a token: set user or power, or unset LASAIR_TOKEN']
    : [];
};

const mlflowFaults = (given: Given): string[] => {
  const { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password } = given;
  const faults: string[] = [];
  if ((username === undefined) !== (password === undefined))
    faults.push('MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD: set both or neither');
  if (given.MLFLOW_TRACKING_TOKEN !== undefined && username !== undefined)
    faults.push('MLFLOW_TRACKING_TOKEN: set it, or user and password, not both');
  return faults;
};

const startFaults = ({
  START: start,
  MODEL_TYPE: type,
  ENGINE: engine,
  STARTER_FILE: file,
}: Given): string[] => {
  const faults: string[] = [];
  if (start === 'starter' && type !== undefined && type !== 'galactic')
    faults.push('START: a starting set has galactic-or-not labels only; set labels, or MODEL_TYPE=galactic');
  if (start === 'starter' && engine === 'ml-random-forest')
    faults.push(
      'START: ml-random-forest cannot weigh others’ labels; set ENGINE=extra-trees or START=labels',
    );
  if (file !== undefined && start !== 'starter')
    faults.push('STARTER_FILE: it is used with START=starter only: set that too, or unset the file');
  if (file !== undefined && !existsSync(file)) faults.push(`STARTER_FILE: there is no file ${file}`);
  return faults;
};

const fileFaults = ({ GUIDELINES_FILE: guidelines, DATA_DIR: folder }: Given): string[] => {
  const faults: string[] = [];
  if (guidelines !== undefined && !existsSync(guidelines))
    faults.push(`GUIDELINES_FILE: there is no file ${guidelines}`);
  if (folder !== undefined && existsSync(folder) && !statSync(folder).isDirectory())
    faults.push(`DATA_DIR: ${folder} is a file; set it to a folder`);
  return faults;
};

/** Settings that exclude or need one another; each fault says what to set. */
export const conflictingSettings = (given: Given): string[] => [
  ...chatFaults(given),
  ...storeFaults(given),
  ...kafkaFaults(given),
  ...lasairFaults(given),
  ...mlflowFaults(given),
  ...startFaults(given),
  ...fileFaults(given),
];
