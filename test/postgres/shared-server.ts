import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/open-store.ts';
import { isPostgresInstalled, startPostgres } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the one server of a run, and of a store on it to copy; null where PostgreSQL is not installed. */
    postgres: { readonly admin: string; readonly template: string } | null;
  }
}

const TEMPLATE = 'finkvra_template';

/** Starts one server for all files of a run, with an empty store that each test gets a copy of. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!isPostgresInstalled()) {
    project.provide('postgres', null);
    return async () => undefined;
  }
  const server = await startPostgres();
  const { Client } = await import('pg');
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.query('create table idle_databases (name text primary key)');
  await client.end();
  await (await openStore(server.url(TEMPLATE))).destroy();
  project.provide('postgres', { admin: server.url('postgres'), template: TEMPLATE });
  return () => server.remove();
}
