import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Patiently } from './patience.ts';
import { doubtfulCommit, isLost } from './postgres-errors.ts';

/** Lends a connection for one piece of work. */
export type WithClient = <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;

/** Commits a connection's transaction. @throws if nothing of it was kept */
export type Commit = (client: PoolClient) => Promise<void>;

/**
 * If a connection is lost during a commit, its outcome is unknown. So each transaction writes a mark to
 * `commit_marks` and deletes the previous one: the mark exists if and only if the transaction was kept. Both
 * travel with the commit in one message, at no extra time.
 * @param shown the store's address for people
 */
export const createCommits = (shown: string, withClient: WithClient, patiently: Patiently): Commit => {
  /** The last mark of a connection. */
  const last = new WeakMap<PoolClient, string>();

  /** Writes a missing mark: a transaction that is still under way then fails on it. */
  const wasKept = (mark: string): Promise<boolean> =>
    patiently(() =>
      withClient(async (client) => {
        const put = await client.query('insert into commit_marks (mark) values ($1) on conflict do nothing', [
          mark,
        ]);
        return put.rowCount === 0;
      }),
    ).catch((unknown: unknown) => {
      throw doubtfulCommit(shown, unknown);
    });

  return async (client) => {
    const mark = randomUUID();
    const before = last.get(client);
    const forget = before === undefined ? '' : `delete from commit_marks where mark = '${before}';`;
    try {
      await client.query(`${forget} insert into commit_marks (mark) values ('${mark}'); commit`);
      last.set(client, mark);
    } catch (error) {
      if (!isLost(error) || !(await wasKept(mark))) throw error;
    }
  };
};
