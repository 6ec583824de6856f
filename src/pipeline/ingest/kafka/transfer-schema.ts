import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaConnection, openKafka } from './connection.ts';
import { openSession } from './session.ts';
import { type GroupAndTopic, topicState } from './topic-state.ts';

const longestWait = 30_000;

/** Fink's data-transfer service and its catalogue matches make topics of their own for each request. */
export const isTransferTopic = (topic: string): boolean => /^(ftransfer|fxmatch)_/.test(topic);

/**
 * The Avro schema of a data-transfer topic: there the key of a message is only the topic's name, and the
 * schema is the key of a message in the topic `<topic>_schema`. Nothing is committed.
 *
 * @throws Error when that topic is not there, is empty, or does not deliver within half a minute.
 */
export async function readTransferSchema(connection: KafkaConnection & GroupAndTopic): Promise<Uint8Array> {
  const group = { topic: `${connection.topic}_schema`, groupId: connection.groupId };
  const { partitions } = await topicState({ ...connection, ...group });
  const filled = new Map(
    partitions.flatMap(({ partition, low, high }) =>
      low === high ? [] : [[partition, BigInt(low)] as const],
    ),
  );
  if (filled.size === 0) {
    throw new Error(
      `the topic "${group.topic}" holds no schema yet: wait some seconds and try again; ` +
        'if it stays so, the query on the data-transfer page may have found nothing',
    );
  }
  const found = Promise.withResolvers<Uint8Array>();
  const session = await openSession(openKafka(connection), group, {
    async onBatch({ batch }) {
      for (const { key } of batch.messages)
        if (key !== null && key.length > 0) found.resolve(Uint8Array.from(key));
    },
    onAssigned(assigned, _isFirst, seek) {
      // Whatever the group has committed here: the schema is wanted each time.
      for (const partition of assigned) {
        const oldest = filled.get(partition);
        if (oldest !== undefined) seek(partition, oldest);
      }
    },
    onSkipped() {},
    onFetched() {},
    onEnded: (error) => found.reject(error),
  });
  try {
    const late = sleep(longestWait, undefined, { ref: false }).then(() => {
      throw new Error(`no message with a schema came from the topic "${group.topic}"`);
    });
    return await Promise.race([found.promise, late]);
  } finally {
    await session.close();
  }
}
