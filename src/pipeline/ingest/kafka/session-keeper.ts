import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka } from 'kafkajs';
import { isUnreachable, type KafkaLog, originalCause } from './connection.ts';
import type { PartitionOffset } from './progress.ts';
import { openSession, type Session, type SessionEvents } from './session.ts';
import { isDamage } from './skip-damage.ts';
import type { GroupAndTopic } from './topic-state.ts';

export interface SessionKeeper {
  /** @throws when there is no session at this moment, or the broker does not confirm. */
  commit(offsets: readonly PartitionOffset[]): Promise<void>;
  /** Call when messages arrive: only failures without any in between count towards giving up. */
  progressed(): void;
  /** Leaves the session and opens another. */
  restart(reason: string): void;
  /** Leaves the group; no events come afterwards. */
  close(): Promise<void>;
}

/** Failures in a row, with the broker there and no message read between them, after which it is not luck. */
const mostFailures = 6;
const longestPause = 5000;

/**
 * Keeps a session open: opens another when one ends, after a pause that grows to 5 s. Gives up, by way of
 * `onFatal`, when the broker refuses the user, or when one session after another fails though it answers.
 */
export function keepSession(options: {
  readonly kafka: Kafka;
  readonly group: GroupAndTopic;
  readonly events: Omit<SessionEvents, 'onEnded'> & {
    /** There is no session until partitions are assigned anew. */
    onLost(): void;
  };
  readonly onLog: KafkaLog;
  /** A session ended because of what is in the log; true where what is damaged was passed. */
  readonly onDamage: () => Promise<boolean>;
  readonly onFatal: (error: unknown) => void;
}): SessionKeeper {
  const { kafka, group, events, onLog, onDamage, onFatal } = options;
  const closing = new AbortController();
  let failures = 0;
  let session: Session | null = null;
  let end = Promise.withResolvers<unknown>();

  const oneSession = async (): Promise<unknown> => {
    end = Promise.withResolvers<unknown>();
    try {
      session = await openSession(kafka, group, { ...events, onEnded: (error) => end.resolve(error) });
      if (closing.signal.aborted) return null;
      if (failures > 0) onLog({ level: 'info', message: `connected again to read "${group.topic}"` });
      return await end.promise;
    } catch (error) {
      return error;
    } finally {
      const ended = session;
      session = null;
      events.onLost();
      await ended?.close();
    }
  };

  const keep = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const error = await oneSession();
      if (closing.signal.aborted) return;
      if (isDamage(error) && (await onDamage())) continue;
      failures++;
      if (isFinal(error) || (failures >= mostFailures && !isUnreachable(error))) {
        onFatal(error);
        return;
      }
      const cause = originalCause(error);
      const reason = cause instanceof Error ? cause.message : String(cause);
      onLog({
        level: 'warn',
        message: `lost the connection while reading "${group.topic}" (${reason}): trying again`,
      });
      const pause = Math.min(500 * 2 ** failures, longestPause);
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const kept = keep();

  return {
    async commit(offsets) {
      if (session === null) throw new Error('there is no connection to the broker');
      await session.commit(offsets);
    },
    progressed() {
      failures = 0;
    },
    restart: (reason) => end.resolve(new Error(reason)),
    async close() {
      closing.abort();
      end.resolve(null);
      await kept;
    },
  };
}

const finalTypes = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED']);

/** Errors that another attempt cannot mend. */
function isFinal(error: unknown): boolean {
  const cause = originalCause(error);
  if (cause instanceof kafkajs.KafkaJSProtocolError) return finalTypes.has(cause.type);
  return cause instanceof Error && cause.name === 'KafkaJSSASLAuthenticationError';
}
