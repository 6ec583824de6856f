import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Patiently } from './patience.ts';
import { doubtfulCommit, isLost } from './postgres-errors.ts';

/** Has a connection for one piece of work. */
export type WithClient = <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;

/** Commits the transaction of a connection; an error means that nothing of it is kept. */
export type Commit = (client: PoolClient) => Promise<void>;

/**
 * A connection that is lost while it commits leaves open whether it did. Each transaction therefore keeps a mark in
 * `commit_marks`, and takes the one before it away: the mark is there if, and only if, the transaction is. Both go
 * with the commit in one message, so that it takes no longer.
 * @param shown what people see of the store
 */
export const createCommits = (shown: string, withClient: WithClient, patiently: Patiently): Commit => {
  /** The mark that a connection left last. */
  const last = new WeakMap<PoolClient, string>();

  /** A mark that is not there is put there: whatever of its transaction is still on its way fails on it. */
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
