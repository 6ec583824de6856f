import kafkajs from 'kafkajs';
import { explainKafkaError, type KafkaConnection, kafkaRetry, openKafka } from './connection.ts';

/**
 * The compression that the broker keeps a topic's messages in: `producer` (as they were sent) or the name of
 * a codec. Null where the broker does not say.
 * @throws Error that names the brokers and the topic
 */
export async function topicCodec(
  options: KafkaConnection & { readonly topic: string },
): Promise<string | null> {
  const admin = openKafka(options).admin({ retry: kafkaRetry });
  try {
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: options.topic,
          configNames: ['compression.type'],
        },
      ],
    });
    return resources[0]?.configEntries[0]?.configValue ?? null;
  } catch (error) {
    throw explainKafkaError(error, options, options.topic);
  } finally {
    await admin.disconnect();
  }
}
