import type { UnreadableItem } from '../../pipeline/ingest/source.ts';
import type { Db } from '../open-store.ts';

/** A reason without the parts that vary between packets: numbers and quoted text. */
const reasonKind = (reason: string): string =>
  reason
    .replace(/"[^"]*"/g, '""')
    .replace(/\d+(\.\d+)?/g, '#')
    .slice(0, 200);

/** A group of like failures: the first one, and the number of further ones. */
interface Alike {
  readonly first: UnreadableItem;
  readonly reasonKind: string;
  more: number;
}

const grouped = (items: readonly UnreadableItem[]): Alike[] => {
  const groups = new Map<string, Alike>();
  for (const item of items) {
    const kind = reasonKind(item.reason);
    const key = `${item.origin.name}\n${kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: item, reasonKind: kind, more: 0 });
    else group.more += 1;
  }
  return [...groups.values()];
};

/**
 * Stores unreadable packets with reason, source and bytes. Further ones with the same reason, pull and source are
 * only counted. The same bytes at the same place (after a crash before the commit, or a file pulled twice) are
 * stored once.
 */
export const quarantine = async (
  db: Db,
  pullId: number,
  items: readonly UnreadableItem[],
  at: string,
): Promise<void> => {
  for (const group of grouped(items)) {
    if (await seenHere(db, pullId, group, at)) continue;
    if (await seenInPull(db, pullId, group)) continue;
    const { first, reasonKind: kind, more } = group;
    const { reason, key } = first;
    const row = { ...placeOf(first), pull_id: pullId, reason, reason_kind: kind, key, at, alike: more };
    await db.insertInto('quarantine').values(row).execute();
  }
};

const placeOf = ({ origin, bytes }: UnreadableItem) => ({
  source: origin.name,
  kind: origin.kind,
  partition: origin.partition ?? null,
  offset: origin.offset ?? null,
  position: origin.position ?? null,
  bytes,
});

/** Counts a group with the entry of the same place and bytes; false if there is none. */
const seenHere = async (
  db: Db,
  pullId: number,
  { first, reasonKind: kind, more }: Alike,
  at: string,
): Promise<boolean> => {
  const place = placeOf(first);
  const { numUpdatedRows } = await db
    .updateTable('quarantine')
    // Of another pull: its like failures are read again too, and counted anew.
    .set((eb) => ({
      pull_id: pullId,
      reason: first.reason,
      reason_kind: kind,
      at,
      alike: eb
        .case()
        .when('pull_id', '=', pullId)
        .then(eb('alike', '+', more))
        .else(more)
        .end(),
    }))
    .where('resolved_at', 'is', null)
    .where('source', '=', place.source)
    .where('kind', '=', place.kind)
    .where('partition', 'is not distinct from', place.partition)
    .where('offset', 'is not distinct from', place.offset)
    .where('position', 'is not distinct from', place.position)
    .where('bytes', 'is not distinct from', place.bytes)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
};

/** Counts a group with the entry of the same pull, source and reason; false if there is none. */
const seenInPull = async (
  db: Db,
  pullId: number,
  { first, reasonKind: kind, more }: Alike,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('quarantine')
    .set((eb) => ({ alike: eb('alike', '+', 1 + more) }))
    .where('pull_id', '=', pullId)
    .where('source', '=', first.origin.name)
    .where('reason_kind', '=', kind)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
};

export interface QuarantineEntry {
  readonly id: number;
  readonly pullId: number;
  /** `topic partition 0 offset 17`, or a file with its block or row. */
  readonly where: string;
  readonly source: string;
  readonly kind: string;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly position: number | null;
  readonly reason: string;
  /** Further failures with the same reason, pull and source; only counted. */
  readonly alike: number;
  readonly at: string;
  /** Number of stored bytes; null if there were none. */
  readonly size: number | null;
  readonly keySize: number | null;
  readonly tries: number;
  readonly triedAt: string | null;
  readonly resolvedAt: string | null;
  readonly outcome: 'kept' | 'known' | 'filtered' | null;
}

const placeWords = (row: Pick<QuarantineEntry, 'source' | 'partition' | 'offset' | 'position'>): string => {
  if (row.offset !== null) return `${row.source} partition ${row.partition ?? 0} offset ${row.offset}`;
  return row.position === null ? row.source : `${row.source} (${row.position})`;
};

const entries = (db: Db) =>
  db
    .selectFrom('quarantine')
    .select([
      'id',
      'pull_id as pullId',
      'source',
      'kind',
      'partition',
      'offset',
      'position',
      'reason',
      'alike',
      'at',
    ])
    .select(['tries', 'tried_at as triedAt', 'resolved_at as resolvedAt', 'outcome'])
    .select((eb) => [
      eb.fn<number | null>('length', ['bytes']).as('size'),
      eb.fn<number | null>('length', ['key']).as('keySize'),
    ])
    .orderBy('id');

/** The quarantine, oldest first; with `resolved`, also packets that a retry has read. */
export const listQuarantine = async (db: Db, resolved: boolean): Promise<QuarantineEntry[]> => {
  const query = resolved ? entries(db) : entries(db).where('resolved_at', 'is', null);
  return (await query.execute()).map((row) => ({ ...row, where: placeWords(row) }));
};

/** Unreadable packets of a pull, in order of arrival. */
export const quarantineOf = async (db: Db, pullId: number): Promise<QuarantineEntry[]> =>
  (await entries(db).where('pull_id', '=', pullId).execute()).map((row) => ({
    ...row,
    where: placeWords(row),
  }));

export const findQuarantined = async (
  db: Db,
  id: number,
): Promise<
  (QuarantineEntry & { readonly bytes: Uint8Array | null; readonly key: Uint8Array | null }) | null
> => {
  const row = await entries(db).select(['bytes', 'key']).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { ...row, where: placeWords(row) };
};

export const countQuarantined = async (db: Db): Promise<number> => {
  const { count } = await db
    .selectFrom('quarantine')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>(eb('alike', '+', 1)), eb.lit(0)).as('count'))
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
};

/** Notes that a retry has read it, and the result. */
export const quarantineRead = async (
  db: Db,
  id: number,
  outcome: 'kept' | 'known' | 'filtered',
  at: string,
): Promise<void> => {
  await db
    .updateTable('quarantine')
    .set((eb) => ({ resolved_at: at, outcome, tried_at: at, tries: eb('tries', '+', 1) }))
    .where('id', '=', id)
    .execute();
};

/** Notes that a retry failed, with the new reason. */
export const quarantineFailedAgain = async (
  db: Db,
  id: number,
  reason: string,
  at: string,
): Promise<void> => {
  await db
    .updateTable('quarantine')
    .set((eb) => ({ reason, tried_at: at, tries: eb('tries', '+', 1) }))
    .where('id', '=', id)
    .execute();
};

/** Deletes entries. @returns the ids that existed */
export const discardQuarantined = async (db: Db, ids: readonly number[]): Promise<number[]> => {
  const discarded: number[] = [];
  for (const id of ids) {
    const { numDeletedRows } = await db.deleteFrom('quarantine').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows > 0n) discarded.push(id);
  }
  return discarded;
};
