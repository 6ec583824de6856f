import type { Migration } from 'kysely';
import * as dailyLoop from './0001-daily-loop.ts';

/** In order of their names. */
export const migrations: Record<string, Migration> = {
  '0001-daily-loop': dailyLoop,
};
