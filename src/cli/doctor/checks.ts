import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { classCounts } from '../../bot/content/answer-words.ts';
import { processWords, troubleWords } from '../../bot/content/status-content.ts';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../lib/errors.ts';
import { createSherlockStore } from '../../loop/intake/sherlock-store.ts';
import { numberingWords, readNumbering } from '../../loop/rounds/numbering.ts';
import { createMlflowClient } from '../../mlflow/client/mlflow-client.ts';
import { installedDust, openDustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { sherlockBudget } from '../../pipeline/enrich/sherlock/look-up-object.ts';
import { createPacketDecoder } from '../../pipeline/ingest/decode-packet.ts';
import { newestMessage } from '../../pipeline/ingest/kafka/one-message.ts';
import { topicState } from '../../pipeline/ingest/kafka/read-topic.ts';
import { topicCodec } from '../../pipeline/ingest/kafka/topic-state.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { isStoreThere } from '../../service/store-place.ts';
import { countLabels, type LabelCounts } from '../../store/answers/labels.ts';
import { readTrouble } from '../../store/chat/channel-trouble.ts';
import { countMessages } from '../../store/chat/messages.ts';
import { checkStore } from '../../store/check-store.ts';
import { ingestProcesses } from '../../store/intake/ingest-processes.ts';
import { countQuarantined } from '../../store/intake/quarantine.ts';
import { countLookups } from '../../store/intake/sherlock.ts';
import { type Db, openStore } from '../../store/open-store.ts';
import { checkServer } from '../../store/postgres/check-server.ts';
import { leadPeers } from '../../store/postgres/leader-lock.ts';
import { type PostgresPlace, serverOf } from '../../store/postgres/postgres-place.ts';
import { trackingBacklog } from '../../store/rounds/tracking.ts';
import { checkStamps } from '../../store/stamps/check-stamps.ts';
import { finkCheck, skyCheck } from './card-checks.ts';
import { chatCheck } from './chat-checks.ts';
import { type Check, type Finding, missing, ok, whyUnreachable, wrong } from './check.ts';

/** With less, a night of alerts with stamps and a model may not fit. */
const LEAST_FREE_BYTES = 1e9;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const nearestFolder = (path: string): string => (existsSync(path) ? path : nearestFolder(dirname(path)));

const diskCheck: Check = async ({ dataDir }) => {
  const folder = nearestFolder(dataDir);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return [wrong('disk', messageOf(error), 'Set DATA_DIR to a folder that can be written.')];
  }
  const { bavail, bsize } = statfsSync(folder);
  const text = `${gigabytes(bavail * bsize)} free in ${dataDir}`;
  return bavail * bsize < LEAST_FREE_BYTES
    ? [wrong('disk', text, 'Make room, or set DATA_DIR to a folder on a larger disk.')]
    : [ok('disk', text)];
};

/** Which server, and what is on it. */
const serverCheck = async (server: PostgresPlace): Promise<Finding[]> => {
  try {
    const { version, database, bytes, isThere, pending, unknown } = await checkServer(server);
    const where = `${server.shown} (PostgreSQL ${version}, database ${database}, ${gigabytes(bytes)})`;
    if (!isThere) return [missing('store', `none yet in ${where}`, 'Start the service (npm start) or pull.')];
    if (unknown.length > 0) {
      const text = `in ${where} written by a newer version (${unknown.join(', ')})`;
      return [wrong('store', text, 'Run that version, or name another database in STORE_URL.')];
    }
    const next = pending.length === 0 ? '' : `; the next start applies ${pending.join(', ')}`;
    return [ok('store', `in ${where}${next}`)];
  } catch (error) {
    return [wrong('store', messageOf(error), 'See to the server, or put STORE_URL right.')];
  }
};

/** A server that is away is the store's finding, not that of what is kept in it. */
const isThere = (config: Config): Promise<boolean> => isStoreThere(config).catch(() => false);

const storeCheck: Check = async ({ databasePath, dataDir, source, store }) => {
  if (store.server !== null) return serverCheck(store.server);
  if (!existsSync(databasePath)) {
    if (existsSync(join(dataDir, 'finkvra.sqlite')) && source === 'simulated') {
      const todo = 'The next start or command moves them; nothing is lost.';
      return [missing('store', `simulated alerts in ${dataDir} have to move to ${databasePath}`, todo)];
    }
    return [
      missing('store', `there is none at ${databasePath} yet`, 'Start the service (npm start) or pull.'),
    ];
  }
  try {
    const { integrity, pending, unknown } = checkStore(databasePath);
    if (integrity !== 'ok') {
      return [wrong('store', integrity, `Restore ${databasePath} from a copy; the archive has the alerts.`)];
    }
    if (unknown.length > 0) {
      const text = `written by a newer version (${unknown.join(', ')})`;
      return [wrong('store', text, 'Run that version, or set DATA_DIR to another folder.')];
    }
    const text = `${databasePath}${source === 'simulated' ? ' (simulated nights)' : ''} is whole`;
    return [
      ok('store', pending.length === 0 ? text : `${text}; the next start applies ${pending.join(', ')}`),
    ];
  } catch (error) {
    return [
      wrong('store', messageOf(error), `Move ${databasePath} away, or set DATA_DIR to another folder.`),
    ];
  }
};

const contentCheck: Check = async (config) => {
  const { modelType, store } = config;
  if (!(await isThere(config))) return [];
  const db = await openStore(store.place);
  try {
    const count = await countQuarantined(db);
    const quarantined =
      count === 0
        ? ok('quarantine', 'empty')
        : missing('quarantine', `${count} could not be read`, 'See finkvra quarantine list, then retry.');
    return [
      quarantined,
      labelsFinding(modelType, await countLabels(db, modelType)),
      await messagesFinding(db),
      await stampsFinding(db),
      ...(store.server === null ? [] : [await processesFinding(db)]),
    ];
  } finally {
    await db.destroy();
  }
};

/** Which processes work on a store on a server: somebody must lead. */
const processesFinding = async (db: Db): Promise<Finding> => {
  const found = { services: await leadPeers(db), ingest: await ingestProcesses(db) };
  const words = (processWords(found) ?? 'none').replaceAll('\n', ' ');
  return found.services.some(({ leads }) => leads)
    ? ok('processes', words)
    : missing('processes', `no service leads (${words})`, 'Start one: npm start, or finkvra serve.');
};

/** Whether the files of stamps are complete. */
const stampsFinding = async (db: Db): Promise<Finding> => {
  const { alerts, bytes, lost, why, unmoved } = await checkStamps(db);
  const waiting = unmoved === 0 ? '' : `; ${unmoved} more in the database, which the service moves`;
  const where = serverOf(db) === null ? 'in files' : 'in the database';
  const text = `of ${alerts} alerts ${where}, ${gigabytes(bytes)}${waiting}`;
  if (lost === 0) return ok('stamps', text);
  const todo =
    'Their cards show no stamps. Restore the file from a backup with stamps, or pull the alerts again.';
  return wrong('stamps', `of ${lost} of ${alerts} alerts cannot be read: ${why}`, todo);
};

/** Whether messages reach the channel. */
const messagesFinding = async (db: Db): Promise<Finding> => {
  const counts = await countMessages(db);
  const words = troubleWords({ ...counts, trouble: await readTrouble(db) });
  if (words === null)
    return ok('messages', counts.waiting === 0 ? 'none waits' : `${counts.waiting} waiting`);
  const todo = 'Fix the cause; waiting messages are then posted. finkvra rounds close closes a round.';
  return wrong('messages', words.replaceAll('\n', ' '), todo);
};

/** How many labels the configured question can use. */
const labelsFinding = (type: ModelType, counts: LabelCounts): Finding => {
  const text = `${classCounts(type, counts)}, ${counts.withoutClass} without a class (MODEL_TYPE=${type})`;
  return counts.withoutClass > 0 && counts.positive + counts.negative === 0
    ? missing('labels', text, 'The next rounds ask for them. Check MODEL_TYPE if you expected labels.')
    : ok('labels', text);
};

const CODECS = 'none, gzip, snappy, lz4 and zstd can be read';

/** Reads one of the topic's newest messages: the topic may hold other packets. */
const messageCheck = async (connection: Parameters<typeof newestMessage>[0]): Promise<Finding> => {
  const message = await newestMessage(connection);
  if (message === null) return ok('Kafka message', `${connection.topic} holds none to look at`);
  const origin = { name: connection.topic, kind: 'topic', offset: message.offset } as const;
  const todo = 'Check KAFKA_TOPIC: its packets must be ZTF alerts of Fink, such as fink_vra_ztf.';
  const refused = (reason: string): Finding =>
    wrong('Kafka message', `offset ${message.offset} of ${connection.topic} cannot be read: ${reason}`, todo);
  try {
    const item = createPacketDecoder().read(message.key, message.value, origin);
    return item.kind === 'alert'
      ? ok('Kafka message', `offset ${message.offset} is read: alert ${item.alert.candid}`)
      : refused(item.reason);
  } catch (error) {
    return refused(messageOf(error));
  }
};

const kafkaCheck: Check = async ({ kafka, source }) => {
  const { brokers, topic, groupId, ssl, sasl } = kafka;
  if (groupId === null) {
    const todo = 'Set KAFKA_GROUP_ID to the group id that Fink gave you.';
    return [missing('Kafka', `not read (SOURCE is ${source})`, todo)];
  }
  const connection = { brokers, topic, ssl, ...(sasl === null ? {} : { sasl }) };
  try {
    const { partitions, lag } = await topicState({ ...connection, groupId });
    const codec = await topicCodec(connection).catch(() => null);
    return [
      ok('Kafka', `${topic} at ${brokers.join(', ')}: ${partitions.length} partitions, lag ${lag}`),
      ok('Kafka codec', `${codec === null ? 'the broker does not say' : `topic: ${codec}`}; ${CODECS}`),
      await messageCheck({ ...connection, groupId }),
    ];
  } catch (error) {
    return [wrong('Kafka', messageOf(error), 'Check KAFKA_BROKERS, KAFKA_TOPIC and the network.')];
  }
};

const lasairCheck: Check = async (config) => {
  const { lasair, store } = config;
  const { kind, endpoint, callsPerHour, excluded } = lasair;
  if (kind === null) {
    const todo =
      'Set LASAIR_TOKEN (from your Lasair profile) for hosts and classes; without it sep_arcsec is missing.';
    return [missing('Lasair', 'no token, no lookups', todo)];
  }
  // This address does not count as a lookup.
  const fault = await whyUnreachable(endpoint);
  if (fault !== null) {
    const todo = 'Check the network; the loop continues without it, and lookups follow later.';
    return [wrong('Lasair', `${endpoint} cannot be reached: ${fault}`, todo)];
  }
  const token = kind === 'none' ? 'no token' : `token of kind ${kind}`;
  if (!(await isThere(config))) return [ok('Lasair', `reachable, ${token}, ${callsPerHour} calls an hour`)];
  const db = await openStore(store.place);
  try {
    const budget = await sherlockBudget(createSherlockStore(db, excluded), callsPerHour, Date.now());
    const { waiting } = await countLookups(db);
    const text = `${token}: ${budget.left} of ${budget.perHour} calls left this hour, ${waiting} objects waiting`;
    if (budget.pauseReason === 'unauthorised') {
      return [
        wrong('Lasair', `${text}; the token was refused`, 'Copy LASAIR_TOKEN again from your profile.'),
      ];
    }
    return [ok('Lasair', text)];
  } finally {
    await db.destroy();
  }
};

const dustCheck: Check = async ({ dustDir }) => {
  const todo = 'Run finkvra dust install (two files of 67 MB, once).';
  try {
    const { kind, missing: files } = installedDust(dustDir);
    const map = await openDustMap({ directory: dustDir });
    const about = map.describe();
    map.close();
    if (kind === 'sfd') return [ok('dust maps', about)];
    return [missing('dust maps', `${about}; not there: ${files.join(', ')}`, todo)];
  } catch (error) {
    return [wrong('dust maps', messageOf(error), 'Run finkvra dust install --force.')];
  }
};

const mlflowCheck: Check = async (config) => {
  const { mlflow } = config;
  if (mlflow === null) {
    return [
      missing('MLflow', 'not configured', 'Set MLFLOW_TRACKING_URI to log rounds and models to a server.'),
    ];
  }
  try {
    const { version } = await createMlflowClient(mlflow).ping(AbortSignal.timeout(10_000));
    const store = (await isThere(config)) ? await mlflowInStore(config.store.place) : '';
    return [ok('MLflow', `${mlflow.url}${version === null ? '' : `, version ${version}`}${store}`)];
  } catch (error) {
    const todo = 'Check MLFLOW_TRACKING_URI and its user or token; rounds wait for it in a queue.';
    return [wrong('MLflow', messageOf(error), todo)];
  }
};

/** Rounds that wait for the server, and where its last round starts our numbering. */
const mlflowInStore = async (place: string): Promise<string> => {
  const db = await openStore(place);
  try {
    const { waiting, error } = await trackingBacklog(db);
    const backlog = waiting === 0 ? '' : `; ${waiting} waiting${error === null ? '' : ` (${error})`}`;
    const numbering = await readNumbering(db);
    const words = numbering === null ? null : numberingWords(numbering);
    return `${backlog}${words === null ? '' : `. ${words}`}`;
  } finally {
    await db.destroy();
  }
};

/** Packages with native or WebAssembly parts, and what fails without them. */
const NATIVE = [
  ['nodejs-polars', 'Parquet', () => import('nodejs-polars')],
  ['@resvg/resvg-js', 'pictures', () => import('@resvg/resvg-js')],
  ['lz4-napi', 'Kafka messages in lz4', () => import('lz4-napi')],
  ['hysnappy', 'Kafka messages in snappy', () => import('hysnappy')],
] as const;

const packagesCheck: Check = async () => {
  const findings: Finding[] = [];
  for (const [name, what, load] of NATIVE) {
    try {
      await load();
    } catch (error) {
      const text = `${name} (${what}) does not load: ${messageOf(error).split('\n')[0]}`;
      findings.push(wrong('packages', text, 'Run npm ci again, on this machine.'));
    }
  }
  const names = NATIVE.map(([name]) => name).join(', ');
  return findings.length > 0 ? findings : [ok('packages', `${names} load on Node ${process.version}`)];
};

/** In the order of the output. Each check runs by itself, so that a failing one hides no other. */
export const CHECKS: Readonly<Record<string, Check>> = {
  disk: diskCheck,
  store: storeCheck,
  quarantine: contentCheck,
  chat: chatCheck,
  Kafka: kafkaCheck,
  Lasair: lasairCheck,
  'Fink API': finkCheck,
  'sky images': skyCheck,
  MLflow: mlflowCheck,
  'dust maps': dustCheck,
  packages: packagesCheck,
};
