import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import type { Db } from '../../store/open-store.ts';
import { type LeadLostError, recordLeader, takeLead } from '../../store/postgres/leader-lock.ts';
import type { PostgresPlace } from '../../store/postgres/postgres-place.ts';
import { type Ends, serveMetrics } from '../service-parts.ts';
import type { Role } from './roles.ts';

/** What a service that leads needs of its lead. */
export interface HeldLead {
  /** To be awaited before whatever only the leader may do. @throws LeadLostError */
  guard(): Promise<void>;
  /** Keeps in the store who leads; what follows is put before the release in `ends`. */
  record(db: Db): Promise<void>;
}

export interface LeadOptions {
  readonly config: Config;
  readonly server: PostgresPlace;
  readonly role: Role;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Called once when the lead is lost: everything has to stop, and to start anew. */
  readonly onLost: (error: LeadLostError) => void;
  readonly signal: AbortSignal;
  readonly ends: Ends;
}

/**
 * Waits until this process is the one service that leads on a store on a server. Meanwhile `/healthz` says that it
 * is well, and `/metrics` that it does not lead.
 * @throws FinkvraError when the server cannot be reached or refuses the user
 */
export const holdLead = async (options: LeadOptions): Promise<HeldLead> => {
  const { config, server, role, clock, log, onLost, signal, ends } = options;
  const metrics = await serveMetrics(config, { db: null, log, role });
  try {
    const onWait = (who: string): void => log.info(`${who}; this process waits to take over`);
    const lead = await takeLead(server, { onWait, signal });
    lead.lost.then(onLost);
    ends.push(lead.release);
    log.info({ pid: process.pid }, `this process leads since ${clock().toISOString()}`);
    return {
      guard: lead.confirm,
      record: async (db) => {
        ends.push(await recordLeader(db, clock));
      },
    };
  } finally {
    await metrics?.stop();
  }
};
