import kafkajs, { type Kafka, type KafkaConfig, type logCreator, type SASLOptions } from 'kafkajs';
import { readStrictly } from './batches/read-strictly.ts';
import { registerKafkaCodecs } from './compression/codecs.ts';

export type KafkaLog = (entry: {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}) => void;

export interface KafkaConnection {
  /** host:port of one broker or more. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  readonly ssl?: boolean;
  /** Both or nothing; SCRAM-SHA-512 (Fink's) unless told. */
  readonly sasl?: {
    readonly username: string;
    readonly password: string;
    readonly mechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  };
  /** Where the connection's ups and downs are told; nowhere unless given. */
  readonly onLog?: KafkaLog;
}

/** Attempts of one request before it fails: with the pauses between them about two seconds. */
export const kafkaRetry = { retries: 3, initialRetryTime: 200, maxRetryTime: 2000 } as const;

/** A kafkajs client that reads every codec, passes damaged batches and never writes to standard output. */
export function openKafka(connection: KafkaConnection): Kafka {
  readStrictly(registerKafkaCodecs());
  const { sasl } = connection;
  const config: KafkaConfig = {
    brokers: [...connection.brokers],
    clientId: connection.clientId ?? 'finkvra-bot',
    ssl: connection.ssl ?? false,
    connectionTimeout: 5000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    retry: kafkaRetry,
    logLevel: connection.onLog === undefined ? kafkajs.logLevel.NOTHING : kafkajs.logLevel.WARN,
    logCreator: logTo(connection.onLog ?? (() => {})),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
  return new kafkajs.Kafka(config);
}

const saslOf = ({
  username,
  password,
  mechanism = 'scram-sha-512',
}: NonNullable<KafkaConnection['sasl']>): SASLOptions => ({ mechanism, username, password });

/** While a broker is away kafkajs says the same thing many times a second: each thing once in 30 s. */
const quietTime = 30_000;

function logTo(onLog: KafkaLog): logCreator {
  const said = new Map<string, number>();
  return () =>
    ({ namespace, log }) => {
      // A broker's refusal is thrown too, or tried again; there it is said in words that help.
      if (namespace === 'Connection' && log.message.startsWith('Response ')) return;
      const cause = typeof log.error === 'string' && log.error !== log.message ? `: ${log.error}` : '';
      const message = `kafkajs ${namespace}: ${log.message}${cause}`;
      const now = Date.now();
      if (now - (said.get(message) ?? Number.NEGATIVE_INFINITY) < quietTime) return;
      if (said.size > 100) said.clear();
      said.set(message, now);
      onLog({ level: 'warn', message });
    };
}

const unreachable = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSRequestTimeoutError',
]);

const explained: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'has no such topic: check its name (Fink: only topics you subscribed to)',
  INVALID_TOPIC_EXCEPTION: 'takes this for no topic name',
  TOPIC_AUTHORIZATION_FAILED: 'does not let this user read the topic',
  GROUP_AUTHORIZATION_FAILED: 'does not let this user use the group id: check the group id Fink gave you',
  UNSUPPORTED_SASL_MECHANISM: 'does not know this SASL mechanism',
};

/** kafkajs's error in words that say which brokers, which topic, and what to look at. */
export function explainKafkaError(error: unknown, connection: KafkaConnection, topic: string): Error {
  const where = connection.brokers.join(', ');
  const cause = originalCause(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && cause.name === 'KafkaJSSASLAuthenticationError') {
    const user = connection.sasl?.username ?? '';
    return new Error(`Kafka at ${where} refuses the user "${user}": check user name and password`, { cause });
  }
  if (cause instanceof kafkajs.KafkaJSProtocolError) {
    const reason = explained[cause.type];
    return new Error(`Kafka at ${where}, topic "${topic}": ${reason ?? message}`, { cause });
  }
  if (isUnreachable(cause)) {
    return new Error(`no Kafka broker answers at ${where} (${message}): check the address and the network`, {
      cause,
    });
  }
  return new Error(`Kafka at ${where}, topic "${topic}": ${message}`, { cause });
}

/** Whether an error means that no broker was there to answer. */
export function isUnreachable(error: unknown): boolean {
  const cause = originalCause(error);
  if (!(cause instanceof Error)) return false;
  return unreachable.has(cause.name) || /ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH/.test(cause.message);
}

/** kafkajs wraps errors in errors ("number of retries exceeded"): the innermost says what happened. */
export function originalCause(error: unknown): unknown {
  let innermost = error;
  for (let depth = 0; depth < 10; depth++) {
    if (!(innermost instanceof Error) || innermost.cause === undefined || innermost.cause === innermost)
      break;
    innermost = innermost.cause;
  }
  return innermost;
}
