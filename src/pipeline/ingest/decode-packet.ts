import type { Alert } from '../alert.ts';
import { cursorOver } from './avro/cursor.ts';
import { type AvroValue, readWhole } from './avro/reader.ts';
import { createPacketSchemas } from './packet-schemas.ts';
import { alertItem, packetToAlert } from './packet-to-alert.ts';
import { type Origin, type ReadItem, unreadable } from './source.ts';

export interface DecodeOptions {
  /** Keep the three cutouts (about 35 kB an alert); true unless told. */
  readonly stamps?: boolean;
}

export interface PacketDecoder {
  /**
   * Decodes one packet: schemaless Avro binary (value), its writer's schema as JSON (key).
   *
   * @throws Error whose message says why the packet cannot be read.
   */
  decode(key: Uint8Array | null, value: Uint8Array | null): Alert;
  /**
   * As `decode`, with the reason in an `unreadable` item where that throws.
   *
   * @throws OtherSurveyError
   */
  read(key: Uint8Array | null, value: Uint8Array | null, origin: Origin): ReadItem;
}

/** A decoder of Fink packets as Kafka delivers them; each distinct key is parsed once. */
export const createPacketDecoder = (options: DecodeOptions = {}): PacketDecoder => {
  const schemas = createPacketSchemas({ stamps: options.stamps ?? true });

  const record = (key: Uint8Array | null, value: Uint8Array | null): AvroValue => {
    if (key === null || key.byteLength === 0) throw new Error('the message has no key, so no schema');
    if (value === null || value.byteLength === 0) throw new Error('the message is empty');
    return readWhole(schemas(key), cursorOver(value));
  };

  return {
    decode: (key, value) => packetToAlert(record(key, value)),
    read(key, value, origin) {
      try {
        return alertItem(record(key, value), origin);
      } catch (error) {
        return unreadable(error, origin, value, key);
      }
    },
  };
};
