import { type Kysely, sql } from 'kysely';
import type { Client } from 'pg';
import { createWaits } from '../../lib/waiting.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { serverOf } from './postgres-place.ts';
import { connectionConfig } from './postgres-pool.ts';

/** Messages between the processes on one server; the data itself is in the store. */
export type NoticeName = 'alerts';

const CHANNEL: Readonly<Record<NoticeName, string>> = { alerts: 'finkvra_alerts' };

/** Sends a notice after the commit. Does nothing for a store that is not on a server. */
export const giveNotice = async <D>(trx: Kysely<D>, name: NoticeName): Promise<void> => {
  if (serverOf(trx) === null) return;
  await sql`notify ${sql.id(CHANNEL[name])}`.execute(trx);
};

const AGAIN_MS = 1000;

/**
 * Calls `onNotice` after every notice, also of this process, and after every reconnect, since notices may have
 * been missed.
 * @returns the function that stops it
 */
export const listenForNotices = (
  place: PostgresPlace,
  name: NoticeName,
  onNotice: () => void,
): (() => Promise<void>) => {
  const stopping = new AbortController();
  const waits = createWaits(stopping.signal);

  /** Listens until the connection ends. */
  const listen = async (): Promise<void> => {
    const driver = await import('pg');
    const client: Client = new driver.Client(connectionConfig(place, driver));
    const over = Promise.withResolvers<void>();
    const end = (): void => over.resolve();
    client.on('error', end);
    client.on('end', end);
    client.on('notification', onNotice);
    stopping.signal.addEventListener('abort', end);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL[name]}`);
      onNotice();
      await over.promise;
    } finally {
      stopping.signal.removeEventListener('abort', end);
      await client.end().catch(() => undefined);
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      // Writers report that the server is away.
      await listen().catch(() => undefined);
      await waits.sleep(AGAIN_MS);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
};
