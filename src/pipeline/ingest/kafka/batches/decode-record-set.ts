import { UNCOMPRESSED_LIMIT } from '../../zlib-options.ts';
import { type BatchHead, faultOf, findBatch, formatOf, headSize, readHead } from './batch-head.ts';
import { type Decompressors, decodeBatch, mostRecords } from './decode-batch.ts';
import { damagedMessages, type FetchedMessage, nameOf, passedMessage } from './fetched-message.ts';

/** Nothing says where a damaged batch ends: neither its own head nor a sound batch behind it. */
export class EndlessBatchError extends Error {
  override readonly name = 'EndlessBatchError';
}

/** True for a batch at the end of the bytes that the fetch's limit has cut off. */
const isCutOff = (bytes: Buffer, head: BatchHead): boolean =>
  head.start > 0 && formatOf(bytes, head.start) === 2 && head.end > bytes.length;

/** Whether a head, whose batch has a wrong checksum, is to be believed: its numbers agree with each other. */
const isBelievable = (bytes: Buffer, head: BatchHead, next: bigint): boolean =>
  formatOf(bytes, head.start) === 2 &&
  head.end - head.start >= headSize &&
  head.end <= bytes.length &&
  head.firstOffset >= next &&
  head.count > 0 &&
  head.lastOffset - head.firstOffset === BigInt(head.count - 1);

/** The sound batch that begins at a place; null where there is none. */
function soundBatch(bytes: Buffer, start: number): BatchHead | null {
  if (start + headSize > bytes.length) return null;
  const head = readHead(bytes, start);
  return faultOf(bytes, head) === null ? head : null;
}

/**
 * What is wrong with a batch's offset, which its checksum does not cover; null where it fits its neighbours'. Where
 * nothing came before it takes two behind it to say that it is the one that is wrong.
 */
function offsetFault(bytes: Buffer, head: BatchHead, next: bigint): string | null {
  if (head.firstOffset < next) return `its offset ${head.firstOffset} is below that of the batch before it`;
  if (head.end + headSize > bytes.length) return null;
  if (readHead(bytes, head.end).firstOffset > head.lastOffset) return null;
  const following = soundBatch(bytes, head.end);
  if (following === null || following.firstOffset <= next) return null;
  const witness = next > 0n ? following : soundBatch(bytes, following.end);
  return witness !== null && witness.firstOffset <= head.lastOffset
    ? `its offset ${head.firstOffset} is above that of the batch behind it`
    : null;
}

/**
 * What stands for a damaged batch: from the end of what came before it to the next sound batch, or to where its
 * head says that it ends.
 *
 * @param next the offset that follows what came before; 0 where nothing did
 * @throws EndlessBatchError where the bytes do not tell the end
 */
function passDamage(
  bytes: Buffer,
  head: BatchHead,
  next: bigint,
  fault: string,
): { readonly messages: FetchedMessage[]; readonly end: number; readonly next: bigint } {
  const following = findBatch(bytes, head.start + 1, next);
  const last = following === null ? head.lastOffset : following.firstOffset - 1n;
  if (following === null && !isBelievable(bytes, head, next))
    throw new EndlessBatchError(`a batch is damaged (${fault}), and nothing tells where it ends`);
  const hasFirst = head.firstOffset >= next && head.firstOffset <= last;
  const isFirst = head.start === 0;
  const first = hasFirst ? head.firstOffset : isFirst ? last : next;
  const reason = `${nameOf({ firstOffset: first, lastOffset: last })} is damaged: ${fault}`;
  return {
    messages: damagedMessages(first, last, reason),
    end: following?.start ?? head.end,
    next: last + 1n,
  };
}

/**
 * The messages of one partition in the answer to a fetch: batches one behind the other, the last one perhaps cut
 * off. What is damaged becomes messages that say so, and what is behind it is read. Ends early, to go on with the
 * next fetch, when the messages are many or large without compression.
 *
 * @throws EndlessBatchError where the first batch is damaged and the bytes do not tell where it ends
 */
export async function decodeRecordSet(
  bytes: Buffer,
  decompressors: Decompressors,
): Promise<FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  let next = 0n;
  let size = 0;
  let at = 0;
  while (at + headSize <= bytes.length && messages.length < mostRecords && size < UNCOMPRESSED_LIMIT) {
    const head = readHead(bytes, at);
    const fault = faultOf(bytes, head) ?? offsetFault(bytes, head, next);
    if (fault === null) {
      const batch = await decodeBatch(bytes, head, decompressors);
      // Not by spreading: so many arguments do not fit on the stack.
      for (const message of batch.messages) messages.push(message);
      size += batch.size;
      next = head.lastOffset + 1n;
      at = head.end;
    } else {
      if (isCutOff(bytes, head)) break;
      try {
        const passed = passDamage(bytes, head, next, fault);
        messages.push(...passed.messages);
        ({ end: at, next } = passed);
      } catch (error) {
        // The next fetch begins with it and shows more of what is behind it.
        if (at > 0 && error instanceof EndlessBatchError) break;
        throw error;
      }
    }
  }
  return closed(messages, next);
}

/** With a mark at the end where compaction took the last messages: kafkajs would ask for each offset by itself. */
function closed(messages: FetchedMessage[], next: bigint): FetchedMessage[] {
  const last = messages.at(-1);
  const isClosed = next === 0n || (last !== undefined && BigInt(last.offset) >= next - 1n);
  return isClosed ? messages : [...messages, passedMessage(next - 1n)];
}
