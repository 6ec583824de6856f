import { Buffer } from 'node:buffer';

/**
 * The few parts of protobuf's wire format that an ONNX file needs
 * (https://protobuf.dev/programming-guides/encoding). A message is the bytes of its fields, one after another.
 */
export type Field = Uint8Array;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Appends `value`, a whole number from 0 to 2^53 - 1, seven bits a byte; returns the next free place. */
const putVarint = (bytes: Uint8Array, start: number, value: number): number => {
  let at = start;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
  bytes[at++] = rest;
  return at;
};

const varintLength = (value: number): number => {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
  return length;
};

/** A field's key, its payload's length, the payload. */
const delimited = (field: number, payload: Uint8Array): Field => {
  const key = field * 8 + LENGTH_DELIMITED;
  const bytes = new Uint8Array(varintLength(key) + varintLength(payload.length) + payload.length);
  bytes.set(payload, putVarint(bytes, putVarint(bytes, 0, key), payload.length));
  return bytes;
};

/** A whole number from 0 to 2^53 - 1. */
export const intField = (field: number, value: number): Field => {
  const key = field * 8 + VARINT;
  const bytes = new Uint8Array(varintLength(key) + varintLength(value));
  putVarint(bytes, putVarint(bytes, 0, key), value);
  return bytes;
};

export const textField = (field: number, text: string): Field => delimited(field, Buffer.from(text, 'utf8'));

export const bytesField = (field: number, bytes: Uint8Array): Field => delimited(field, bytes);

/** A message inside another. */
export const messageField = (field: number, fields: readonly Field[]): Field =>
  delimited(field, Buffer.concat(fields));

/** Many whole numbers from 0 to 2^53 - 1, packed. */
export const intsField = (field: number, values: ArrayLike<number>): Field => {
  let length = 0;
  for (let i = 0; i < values.length; i++) length += varintLength(values[i] ?? 0);
  const payload = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < values.length; i++) at = putVarint(payload, at, values[i] ?? 0);
  return delimited(field, payload);
};

/** Many float32, packed, little-endian whatever the machine is. */
export const floatsField = (field: number, values: ArrayLike<number>): Field =>
  delimited(field, floatBytes(values));

export const floatBytes = (values: ArrayLike<number>): Uint8Array => {
  const payload = new Uint8Array(4 * values.length);
  const view = new DataView(payload.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] ?? 0, true);
  return payload;
};

/** A list of texts out of few different ones, by their numbers; each becomes a field of its own. */
export const textsField = (field: number, choices: readonly string[], chosen: ArrayLike<number>): Field => {
  const fields = choices.map((text) => textField(field, text));
  let length = 0;
  for (let i = 0; i < chosen.length; i++) length += fields[chosen[i] ?? 0]?.length ?? 0;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < chosen.length; i++) {
    const text = fields[chosen[i] ?? 0] ?? new Uint8Array(0);
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
};
