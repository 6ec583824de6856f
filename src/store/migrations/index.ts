import type { Migration } from 'kysely';
import * as dailyLoop from './0001-0008/0001-daily-loop.ts';
import * as enrichment from './0001-0008/0002-enrichment.ts';
import * as tracking from './0001-0008/0003-tracking.ts';
import * as labelling from './0001-0008/0004-labelling.ts';
import * as reasons from './0001-0008/0005-reasons.ts';
import * as modelTypes from './0001-0008/0006-model-types.ts';
import * as outboxStates from './0001-0008/0008-outbox-states.ts';
import * as ebvMap from './0012-ebv-map.ts';
import * as quarantineAlike from './0013-quarantine-alike.ts';
import * as featureSets from './0014-feature-sets.ts';
import * as pool from './0015-pool.ts';
import * as lookupCounts from './0016-lookup-counts.ts';
import * as pSeen from './0017-p-seen.ts';
import * as poolOrder from './0018-pool-order.ts';
import * as stampPlaces from './0019-stamp-places.ts';
import * as histories from './0020-histories.ts';
import * as remarks from './0021-remarks.ts';
import * as sentThread from './0021b-sent-thread.ts';
import * as decision from './0022-decision.ts';
import * as onServer from './0023-on-a-server.ts';
import * as ingestProcesses from './0024-ingest-processes.ts';

/** In order of name. */
export const migrations: Record<string, Migration> = {
  '0001-daily-loop': dailyLoop,
  '0002-enrichment': enrichment,
  '0003-tracking': tracking,
  '0004-labelling': labelling,
  '0005-reasons': reasons,
  '0006-model-types': modelTypes,
  '0008-outbox-states': outboxStates,
  '0012-ebv-map': ebvMap,
  '0013-quarantine-alike': quarantineAlike,
  '0014-feature-sets': featureSets,
  '0015-pool': pool,
  '0016-lookup-counts': lookupCounts,
  '0017-p-seen': pSeen,
  '0018-pool-order': poolOrder,
  '0019-stamp-places': stampPlaces,
  '0020-histories': histories,
  '0021-remarks': remarks,
  '0021b-sent-thread': sentThread,
  '0022-decision': decision,
  '0023-on-a-server': onServer,
  '0024-ingest-processes': ingestProcesses,
};

/** Migrations that stores know by an earlier name. */
export const EARLIER_NAMES: Readonly<Record<string, string>> = {
  '0004b-reasons': '0005-reasons',
  '0005-model-types': '0006-model-types',
};
