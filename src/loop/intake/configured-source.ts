import { FinkvraError } from '../../lib/errors.ts';
import { readTopic } from '../../pipeline/ingest/kafka/read-topic.ts';
import { type AlertSource, limitSource } from '../../pipeline/ingest/source.ts';
import { DEFAULT_SIMULATION_NIGHT, dateOfNight, simulatedSource } from '../../simulation/simulated-night.ts';

export interface NamedSource {
  /** What people call it. */
  readonly name: string;
  readonly source: AlertSource;
}

/** How Fink's topic is reached. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Null: none was given yet. */
  readonly groupId: string | null;
  readonly ssl: boolean;
  readonly sasl: {
    readonly username: string;
    readonly password: string;
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  } | null;
}

export interface SimulationSettings {
  readonly seed: number;
  /** Alerts of a night. */
  readonly size: number;
  readonly bogus: boolean;
}

/** Where alerts come from, and how many packets one pull reads at most. */
export interface SourceSettings {
  readonly source: 'kafka' | 'simulated' | 'none';
  readonly kafka: KafkaSettings;
  readonly simulation: SimulationSettings;
  readonly pull: { readonly limit: number };
}

export type SourceLog = (entry: { level: 'info' | 'warn' | 'error'; message: string }) => void;

const simulated = (simulation: SimulationSettings, nightsBefore: number): NamedSource => {
  // Counted from a fixed night, so that the same seed gives the same first round on every day of the year.
  const night = DEFAULT_SIMULATION_NIGHT + nightsBefore;
  return { name: `simulated night ${dateOfNight(night)}`, source: simulatedSource({ ...simulation, night }) };
};

/**
 * What a topic holds that the group has not read. A topic of the data-transfer service (`ftransfer_...`)
 * takes its schema from its side topic.
 * @throws FinkvraError without a group id; Error when Kafka cannot be reached or has no such topic
 */
export const topicSource = async (
  { brokers, groupId, ssl, sasl }: KafkaSettings,
  topic: string,
  limit: number,
  onLog: SourceLog,
): Promise<NamedSource> => {
  if (groupId === null) throw new FinkvraError('Set KAFKA_GROUP_ID to the group id that Fink gave you.');
  const connection = { brokers, ssl, onLog, ...(sasl === null ? {} : { sasl }) };
  return { name: `topic ${topic}`, source: await readTopic({ ...connection, topic, groupId, limit }) };
};

/**
 * Where the configuration says that alerts come from: the Kafka topic, or the next simulated night after
 * the `nightsBefore` that the store has.
 * @throws FinkvraError when it names no source; Error when Kafka cannot be reached or has no such topic
 */
export const configuredSource = async (
  { source, kafka, simulation, pull }: SourceSettings,
  nightsBefore: number,
  onLog: SourceLog,
): Promise<NamedSource> => {
  switch (source) {
    case 'simulated': {
      const { name, source: night } = simulated(simulation, nightsBefore);
      return { name, source: limitSource(night, pull.limit) };
    }
    case 'kafka':
      return topicSource(kafka, kafka.topic, pull.limit, onLog);
    case 'none':
      throw new FinkvraError(
        'No source is configured (SOURCE=none): name files with --from, or set KAFKA_GROUP_ID to read from Fink.',
      );
  }
};
