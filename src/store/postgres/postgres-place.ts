import { type Kysely, PostgresAdapter } from 'kysely';
import { FinkvraError } from '../../lib/errors.ts';
import type { TakeTurn } from '../../lib/waiting.ts';

/** A store on a PostgreSQL server. */
export interface PostgresPlace {
  /** Includes the password, if any: never show it. */
  readonly url: string;
  /** The address for people and logs. */
  readonly shown: string;
}

export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//i.test(text);

/** @throws FinkvraError if it is not the address of a database */
export const postgresPlace = (url: string): PostgresPlace => {
  if (!isPostgresUrl(url) || !URL.canParse(url))
    throw new FinkvraError('STORE_URL: must be postgres://user:password@host:5432/database');
  const { username, hostname, host, pathname, searchParams } = new URL(url);
  const server = hostname === '' ? (searchParams.get('host') ?? 'localhost') : host;
  const user = username === '' ? '' : `${username}@`;
  return { url, shown: `postgres://${user}${server}${pathname === '/' ? '' : pathname}` };
};

/** Kysely's adapter, which also tells that a store is on a server, and on which one. */
export class StoreAdapter extends PostgresAdapter {
  readonly place: PostgresPlace;
  /** Serialises this process's transactions that must not run at the same time. */
  readonly takeTurn: TakeTurn;
  constructor(place: PostgresPlace, takeTurn: TakeTurn) {
    super();
    this.place = place;
    this.takeTurn = takeTurn;
  }
}

/** The adapter of a store on a server; null for a store in a file or in memory. */
export const serverOf = <T>(db: Kysely<T>): StoreAdapter | null => {
  const { adapter } = db.getExecutor();
  return adapter instanceof StoreAdapter ? adapter : null;
};
