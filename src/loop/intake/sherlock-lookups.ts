import type { Logger } from 'pino';
import type { ObjectId } from '../../pipeline/alert.ts';
import { SIMULATED_PREFIX } from '../../pipeline/enrich/object-links.ts';
import { createSherlockClient } from '../../pipeline/enrich/sherlock/sherlock-client.ts';
import { runSherlockQueue } from '../../pipeline/enrich/sherlock/sherlock-queue.ts';
import { resultAt, type SherlockResult } from '../../pipeline/enrich/sherlock/sherlock-result.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { setSeparation } from '../../store/intake/features.ts';
import { queueMissingLookups } from '../../store/intake/lookup-queue.ts';
import { alertsOfObject, candidateIdsOfObject, markExcluded } from '../../store/intake/sherlock.ts';
import { type Db, inIntake } from '../../store/open-store.ts';
import { cardKey } from '../round-messages.ts';
import { createSherlockStore } from './sherlock-store.ts';

export interface LookUpOptions {
  readonly db: Db;
  /** Null: no lookups; the queue is kept. */
  readonly lasair: {
    readonly endpoint: string;
    readonly token: string | null;
    readonly callsPerHour: number;
  } | null;
  /** Classes that keep an object out of the pool. */
  readonly excluded: readonly string[];
  readonly log: Logger;
  /** Called when a card may have to be drawn again. */
  readonly onMessages: () => void;
  readonly clock: () => Date;
}

/** Puts a result to use: the separation into the features of the object's alerts, the rest onto its card. */
const useResult = (db: Db, objectId: ObjectId, result: SherlockResult): Promise<void> =>
  inIntake(db, async (trx) => {
    for (const alert of await alertsOfObject(trx, objectId)) {
      await setSeparation(trx, alert.candid, resultAt(result, alert).separationArcsec);
    }
    await wantRedraw(trx, (await candidateIdsOfObject(trx, objectId)).map(cardKey));
  });

/**
 * Starts asking Lasair's Sherlock about the objects in the queue, in the background; resolves to what stops
 * it. Whatever Lasair does, nothing else waits for it.
 */
export const startLookUps = async (options: LookUpOptions): Promise<() => Promise<void>> => {
  const { db, lasair, excluded, log, onMessages, clock } = options;
  await markExcluded(db, excluded);
  await queueMissingLookups(db, SIMULATED_PREFIX, clock().toISOString());
  if (lasair === null) return async () => undefined;
  const stopping = new AbortController();
  const running = runSherlockQueue({
    client: createSherlockClient({ endpoint: lasair.endpoint, token: lasair.token }),
    store: createSherlockStore(db, excluded),
    limitPerHour: lasair.callsPerHour,
    log: log.child({ part: 'sherlock' }),
    signal: stopping.signal,
    onResult: async (objectId, result) => {
      await useResult(db, objectId, result);
      onMessages();
    },
    clock: () => clock().getTime(),
    pollMs: 2000,
  });
  return async () => {
    stopping.abort();
    await running;
  };
};
