import { messageOf } from '../../lib/errors.ts';
import type { Alert, Candid } from '../../pipeline/alert.ts';
import type { DustMap, DustMapKind } from '../../pipeline/enrich/dust/dust-map.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { resultAt } from '../../pipeline/enrich/sherlock/sherlock-result.ts';
import { alertFeatures } from '../../pipeline/features/alert-features.ts';
import type { Features } from '../../pipeline/features/feature-table.ts';
import { failedCriterion } from '../../pipeline/ingest/filter-alert.ts';
import type {
  AlertSource,
  LeftAlone,
  ReadBatch,
  ReadItem,
  UnreadableItem,
} from '../../pipeline/ingest/source.ts';
import { keepAlerts } from '../../store/intake/alerts.ts';
import { queueLookups } from '../../store/intake/lookup-queue.ts';
import { joinNeighbours } from '../../store/intake/objects.ts';
import { beginPull, finishPull, type PullCounts, recordPullCounts } from '../../store/intake/pulls.ts';
import { quarantine } from '../../store/intake/quarantine.ts';
import { savedResults } from '../../store/intake/sherlock.ts';
import { type Db, inIntake } from '../../store/open-store.ts';
import { openStamps, type StampStore, toKeep, withoutStamps } from '../../store/stamps/stamps.ts';
import type { PullArchive } from './archive-pulls.ts';
import { completeAlerts } from './complete-alerts.ts';
import { thisProcess } from './killed-pulls.ts';
import { parseSherlockResult } from './sherlock-store.ts';

export interface PullSummary extends PullCounts {
  readonly pullId: number;
  readonly source: string;
  readonly seconds: number;
  /** True when the pull was told to stop before the source ended. */
  readonly stopped: boolean;
  /** Files beside packets that hold something else; nothing was read from them. */
  readonly leftAlone: readonly LeftAlone[];
  /** Known alerts that a fuller packet has completed. */
  readonly completed: number;
  /** Alerts kept that came without their history: light packets and rows of tables. */
  readonly light: number;
}

export interface PullOptions {
  readonly db: Db;
  readonly source: AlertSource;
  /** What people call the source: a path, a topic, a simulated night. */
  readonly name: string;
  /** Without the criteria of fink_vra_ztf every readable alert is kept. */
  readonly filter: boolean;
  /** E(B-V) for the features; missing without it. */
  readonly dust?: DustMap | null;
  /** Gets each stored batch and writes the pull's archive beside it; without it `archivePulls` writes it later. */
  readonly archive?: PullArchive;
  readonly clock: () => Date;
  readonly onProgress?: (counts: PullCounts, total: number | null) => void;
  readonly signal?: AbortSignal;
}

const EMPTY: PullCounts = { read: 0, kept: 0, known: 0, quarantined: 0, filtered: {} };

interface Measured {
  readonly features: Features;
  /** Which dust maps the E(B-V) among them is from. */
  readonly ebvMap: DustMapKind | null;
}

interface Sorted {
  readonly passed: (Measured & { alert: Alert })[];
  readonly unreadable: UnreadableItem[];
  readonly filtered: Record<string, number>;
}

/** @param sepArcsec separation from the Sherlock match, where it is known otherwise than by a lookup here */
type Measure = (alert: Alert, sepArcsec?: number | null) => Measured;

/** An alert's features with what the dust map and earlier lookups say of its place. */
const measureWith = async (db: Db, alerts: readonly Alert[], dust: DustMap | null): Promise<Measure> => {
  const results = await savedResults(
    db,
    alerts.map(({ objectId }) => objectId),
  );
  return (alert, before = null) => {
    const result = results.get(alert.objectId);
    const ebv = dust?.ebv(alert.ra, alert.dec) ?? null;
    const sepArcsec =
      result === undefined ? before : resultAt(parseSherlockResult(result), alert).separationArcsec;
    return {
      features: alertFeatures(alert, { sepArcsec, ebv }),
      ebvMap: dust === null || ebv === null ? null : dust.kind,
    };
  };
};

/** Asks for the alerts' objects to be looked up; simulated ones exist nowhere but here. */
const queueObjects = async (db: Db, alerts: readonly Alert[], at: string): Promise<void> => {
  const positions = new Map(
    alerts
      .filter(({ objectId }) => !isSimulated(objectId))
      .map(({ objectId, ra, dec }) => [objectId, { objectId, ra, dec }]),
  );
  await queueLookups(db, [...positions.values()], at);
};

const sortItems = (
  items: readonly ReadItem[],
  filter: boolean,
  measure: Measure,
  before: PullCounts,
): Sorted => {
  const sorted: Sorted = { passed: [], unreadable: [], filtered: { ...before.filtered } };
  for (const item of items) {
    if (item.kind === 'unreadable') {
      sorted.unreadable.push(item);
      continue;
    }
    const { alert, archived } = item;
    // Alerts of an archive were filtered when they were kept.
    const failed = filter && archived === undefined ? failedCriterion(alert) : null;
    if (failed === null) sorted.passed.push({ alert, ...measure(alert, archived?.sepArcsec) });
    else sorted.filtered[failed] = (sorted.filtered[failed] ?? 0) + 1;
  }
  return sorted;
};

/** Puts the stamps that the store has not, before the transaction that names them. */
const putStamps = async (db: Db, stamps: StampStore, alerts: readonly Alert[], at: string) => {
  const wanted = await withoutStamps(
    db,
    alerts.map(({ candid }) => candid),
  );
  return stamps.put(alerts.flatMap((alert) => (wanted.has(alert.candid) ? [toKeep(alert, at)] : [])));
};

interface KeptBatch {
  readonly counts: PullCounts;
  readonly fresh: ReadonlySet<Candid>;
  readonly completed: number;
  readonly light: number;
}

const keepBatch = async (
  db: Db,
  stamps: StampStore,
  pullId: number,
  batch: ReadBatch,
  before: PullCounts,
  { filter, clock, dust = null }: Pick<PullOptions, 'filter' | 'clock' | 'dust'>,
): Promise<KeptBatch> => {
  const alerts = batch.items.flatMap((item) => (item.kind === 'alert' ? [item.alert] : []));
  const measure = await measureWith(db, alerts, dust);
  const { passed, unreadable, filtered } = sortItems(batch.items, filter, measure, before);
  const at = clock().toISOString();
  const noteStamps = await putStamps(
    db,
    stamps,
    passed.map(({ alert }) => alert),
    at,
  );
  return inIntake(db, async (trx) => {
    const fresh = await keepAlerts(trx, passed, pullId, at, noteStamps);
    const [kept, known] = [true, false].map((isFresh) =>
      passed.flatMap(({ alert }) => (fresh.has(alert.candid) === isFresh ? [alert] : [])),
    );
    await queueObjects(trx, kept ?? [], at);
    const completed = await completeAlerts(trx, known ?? [], measure, noteStamps);
    await quarantine(trx, pullId, unreadable, at);
    const counts: PullCounts = {
      read: before.read + batch.items.length,
      kept: before.kept + fresh.size,
      known: before.known + passed.length - fresh.size,
      quarantined: before.quarantined + unreadable.length,
      filtered,
    };
    await recordPullCounts(trx, pullId, counts);
    await joinNeighbours(
      trx,
      (kept ?? []).map(({ objectId }) => objectId),
    );
    const light = batch.items.filter(
      (item) => item.kind === 'alert' && item.isLight === true && fresh.has(item.alert.candid),
    ).length;
    return { counts, fresh, completed, light };
  });
};

/**
 * Reads a source to its end into the store. Each alert is kept once, filtered ones are counted by criterion,
 * unreadable ones go to quarantine. A batch is acknowledged to the source after the transaction that stored it.
 * @throws what the source throws, after noting it in the store; what was read before stays
 */
export const pullAlerts = async (options: PullOptions): Promise<PullSummary> => {
  const { db, source, name, archive, clock, onProgress, signal } = options;
  const started = clock();
  const pullId = await beginPull(db, name, started.toISOString(), thisProcess());
  let counts = EMPTY;
  let stopped = false;
  let completed = 0;
  let light = 0;
  const leftAlone: LeftAlone[] = [];
  const stamps = await openStamps(db);
  try {
    for await (const batch of source.batches()) {
      leftAlone.push(...(batch.leftAlone ?? []));
      const done = await keepBatch(db, stamps, pullId, batch, counts, options);
      counts = done.counts;
      completed += done.completed;
      light += done.light;
      await batch.stored();
      await archive?.kept({ pullId, startedAt: started.toISOString() }, [...done.fresh]);
      // A completed alert may be one of this pull, which the archive has as it was before.
      if (done.completed > 0) archive?.outdated();
      onProgress?.(counts, source.total);
      if (signal?.aborted === true) {
        stopped = true;
        break;
      }
    }
  } catch (error) {
    await finishPull(db, pullId, clock().toISOString(), messageOf(error));
    throw error;
  } finally {
    await stamps.close();
  }
  const finished = clock();
  await finishPull(db, pullId, finished.toISOString(), stopped ? 'stopped before the end' : null);
  return {
    ...counts,
    pullId,
    source: name,
    seconds: (finished.getTime() - started.getTime()) / 1000,
    stopped,
    leftAlone,
    completed,
    light,
  };
};
