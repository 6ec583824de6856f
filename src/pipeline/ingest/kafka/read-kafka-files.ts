import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PacketDecoder } from '../decode-packet.ts';
import { type ReadItem, unreadable } from '../source.ts';

/** The name of the file that holds the Kafka key (the Avro schema) of the values beside it. */
export const kafkaKeyFile = 'kafka-key.json';
/** The ending of a file that holds one Kafka value as it came off the wire. */
export const kafkaValueEnding = '.avro-bin';

/** A Kafka value saved as a file, with its key in `kafka-key.json` in the same folder. */
export async function* readKafkaFile(
  path: string,
  decoder: PacketDecoder,
): AsyncGenerator<ReadItem, void, void> {
  const value = await readFile(path);
  const origin = { name: path, kind: 'file', position: 0 } as const;
  let key: Buffer;
  try {
    key = await readFile(join(dirname(path), kafkaKeyFile));
  } catch {
    const reason = `there is no ${kafkaKeyFile} with its schema beside it`;
    yield unreadable(reason, origin, value);
    return;
  }
  yield decoder.read(key, value, origin);
}
