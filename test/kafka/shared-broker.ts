import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type Broker, brokerClient, isKafkaInstalled, startBroker } from './broker.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses and log of the one broker of a run; null where Kafka is not installed. */
    broker: Pick<Broker, 'address' | 'saslAddress' | 'log'> | null;
  }
}

/** Starts one broker for all files of a run that do not stop theirs; vitest.config.ts names this file. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A log cleaner that does not wait, for the test with a compacted topic.
  const broker = isKafkaInstalled() ? await startBroker({ 'log.cleaner.backoff.ms': '200' }) : null;
  project.provide(
    'broker',
    broker === null ? null : { address: broker.address, saslAddress: broker.saslAddress, log: broker.log },
  );
  return async () => {
    await broker?.remove();
  };
}

/** The run's broker. Files run side by side on it: topics and consumer groups need names of their own. */
export const sharedBroker = (): Pick<Broker, 'address' | 'saslAddress' | 'client' | 'log'> => {
  const broker = inject('broker');
  if (broker === null) throw new Error('Kafka is not installed: run scripts/install-kafka.sh');
  return { ...broker, client: brokerClient(broker.address) };
};
