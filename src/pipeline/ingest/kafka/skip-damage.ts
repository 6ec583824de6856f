import kafkajs from 'kafkajs';
import { messageOf } from '../../../lib/errors.ts';
import { EndlessBatchError } from './batches/decode-record-set.ts';
import { rawMessagesOf } from './batches/fetched-message.ts';
import { type KafkaConnection, type KafkaLog, openKafka, originalCause } from './connection.ts';
import type { PullProgress } from './progress.ts';
import { openSession } from './session.ts';
import { type GroupAndTopic, topicState } from './topic-state.ts';

/** Errors of a broker whose own log is damaged where it was asked to read. */
const brokersErrors = new Set(['CORRUPT_MESSAGE', 'UNKNOWN']);

/** Whether a session ended because of what is in the log, not because of the connection or the group. */
export function isDamage(error: unknown): boolean {
  const cause = originalCause(error);
  if (cause instanceof EndlessBatchError) return true;
  return cause instanceof kafkajs.KafkaJSProtocolError && brokersErrors.has(cause.type);
}

/** Answers to fetches, all empty, after which a broker has nothing to send from an offset on. */
const emptyAnswers = 3;
const longestWait = 30_000;
/** Offsets tried in one search: enough for a hole of a million messages, and some minutes at most. */
const mostTries = 40;

/** An offset from which there is something, and the first that comes: batches come whole, so it may be a lower one. */
interface Readable {
  readonly offset: bigint;
  readonly first: bigint;
}

/** Passes what neither the broker nor we can read. */
export interface DamageSkipper {
  /** Goes on behind the damage at a partition's position; false where there is none, or nothing readable behind it. */
  skip(partition: number): Promise<boolean>;
}

/**
 * Where a batch is so damaged that nothing tells its end, or that the broker itself stumbles over it, the next
 * offset that can be read is found by asking for later ones, twice as far each time, and then between the last that
 * failed and the first that did not. Nothing is passed unless something behind it can be read: a broker that gives
 * nothing at all may only be ill.
 *
 * @param tell hands over that these offsets cannot be read
 */
export function createDamageSkipper(
  options: KafkaConnection & GroupAndTopic & { readonly idleMs: number; readonly onLog: KafkaLog },
  progress: PullProgress,
  tell: (partition: number, first: bigint, last: bigint) => Promise<void>,
): DamageSkipper {
  const { topic, onLog } = options;

  /** The nearest offset behind `position` from which there is something; null where `position` itself is such. */
  const readableBehind = async (
    position: bigint,
    end: bigint,
    readFrom: (offset: bigint) => Promise<bigint | null>,
  ): Promise<Readable | null> => {
    if ((await readFrom(position)) !== null) return null;
    let failed = position;
    const look = async (offset: bigint): Promise<Readable | null> => {
      const first = await readFrom(offset);
      if (first !== null) return { offset, first };
      failed = offset;
      return null;
    };
    let readable: Readable | null = null;
    for (let step = 1n; readable === null && failed < end - 1n; step *= 2n)
      readable = await look(position + step < end ? position + step : end - 1n);
    while (readable !== null && readable.offset - failed > 1n)
      readable = (await look((failed + readable.offset) / 2n)) ?? readable;
    return readable;
  };

  return {
    async skip(partition) {
      const position = progress.position(partition);
      const end = progress.end(partition);
      if (position === null || end === null) return false;
      let tries = 0;
      const readFrom = (offset: bigint): Promise<bigint | null> => {
        if (tries++ === mostTries) throw new Error(`${mostTries} offsets were tried`);
        return firstOffsetFrom(options, partition, offset);
      };
      try {
        const readable = await readableBehind(position, end, readFrom);
        if (readable === null) return false;
        progress.setAskFrom(partition, readable.offset);
        const last = readable.first - 1n;
        if (last < position) return true;
        const message = `partition ${partition} of "${topic}": offsets ${position} to ${last} cannot be read; reading on behind them`;
        onLog({ level: 'warn', message });
        await tell(partition, position, last);
        return true;
      } catch (error) {
        const message = `partition ${partition} of "${topic}": what can be read behind offset ${position} was not found (${messageOf(error)})`;
        onLog({ level: 'warn', message });
        return false;
      }
    },
  };
}

/**
 * The first offset that comes when a partition is asked from an offset on; null where nothing comes. Read with a group of its own; nothing is committed.
 * @throws where the broker cannot be reached or does not answer: that says nothing about the offset
 */
async function firstOffsetFrom(
  options: KafkaConnection & GroupAndTopic & { readonly idleMs: number },
  partition: number,
  offset: bigint,
): Promise<bigint | null> {
  const { partitions } = await topicState(options);
  const answer = Promise.withResolvers<bigint | null>();
  let answers = 0;
  const group = { topic: options.topic, groupId: `${options.groupId}_doctor` };
  const session = await openSession(openKafka(options), group, {
    async onBatch({ batch }) {
      const [first] = rawMessagesOf(batch);
      if (batch.partition === partition && first !== undefined) answer.resolve(BigInt(first.offset));
    },
    onSkipped: (skipped) => {
      if (skipped === partition) answer.resolve(offset);
    },
    onAssigned(assigned, _isFirst, seek) {
      const ends = new Map(partitions.map((state) => [state.partition, BigInt(state.high)]));
      for (const each of assigned) seek(each, each === partition ? offset : (ends.get(each) ?? 0n));
    },
    onFetched() {
      answers++;
    },
    onEnded: (error) => (isDamage(error) ? answer.resolve(null) : answer.reject(error)),
  });
  const began = Date.now();
  const watch = setInterval(() => {
    const waited = Date.now() - began;
    if (waited > options.idleMs && answers >= emptyAnswers) answer.resolve(null);
    else if (waited > longestWait) answer.reject(new Error('no fetch was answered for half a minute'));
  }, 100);
  try {
    return await answer.promise;
  } finally {
    clearInterval(watch);
    await session.close();
  }
}
