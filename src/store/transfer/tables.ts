import type { Database } from '../schema.ts';

interface MovedTable {
  readonly name: keyof Database;
  /** By which its rows are read in pages; null where there are few and they have no key. */
  readonly key: readonly [string, ...string[]] | null;
}

const byId = (name: keyof Database): MovedTable => ({ name, key: ['id'] });
const by = (name: keyof Database, ...key: [string, ...string[]]): MovedTable => ({ name, key });

/** What a store is made of, each table behind those that its rows refer to. */
export const MOVED_TABLES: readonly MovedTable[] = [
  by('facts', 'name'),
  by('people', 'user_id'),
  byId('pulls'),
  by('archives', 'pull_id'),
  byId('quarantine'),
  by('alerts', 'candid'),
  by('features', 'candid'),
  by('objects', 'object_id'),
  by('pool', 'same_as'),
  by('sherlock', 'object_id'),
  { name: 'sherlock_calls', key: null },
  by('histories', 'object_id'),
  byId('imported_labels'),
  byId('imported_training'),
  byId('rounds'),
  byId('candidates'),
  by('spares', 'round_id', 'place'),
  by('labels', 'object_id'),
  byId('answers'),
  byId('corrections'),
  byId('models'),
  by('scores', 'candid'),
  by('reasons', 'candidate_id'),
  byId('messages'),
  by('uploads', 'key'),
  byId('tracking_jobs'),
];

/** Moved each in its own way: sums, and stamps, which are in files beside a store in a file. */
export const MOVED_OTHERWISE: readonly (keyof Database)[] = ['counts', 'stamps', 'stamp_places'];

/** What is of processes and connections, not of the store. */
export const NOT_MOVED: readonly string[] = ['ingest_processes', 'commit_marks'];

/** Tables whose rows get their number from the store: one that was given is not given again. */
export const numberedTables = (): (keyof Database)[] =>
  MOVED_TABLES.flatMap(({ name, key }) => (key?.[0] === 'id' ? [name] : []));
