import type { DustMap } from '../../pipeline/enrich/dust/dust-map.ts';
import { createPacketDecoder, type PacketDecoder } from '../../pipeline/ingest/decode-packet.ts';
import { failedCriterion } from '../../pipeline/ingest/filter-alert.ts';
import { type AlertSource, type ReadBatch, type ReadItem, reasonOf } from '../../pipeline/ingest/source.ts';
import { knownCandids } from '../../store/intake/alerts.ts';
import {
  findQuarantined,
  listQuarantine,
  type QuarantineEntry,
  quarantineFailedAgain,
  quarantineRead,
} from '../../store/intake/quarantine.ts';
import type { Db } from '../../store/open-store.ts';
import { type PullSummary, pullAlerts } from './pull.ts';

export interface RetryOptions {
  readonly db: Db;
  /** Null: everything that waits. */
  readonly ids: readonly number[] | null;
  readonly filter: boolean;
  readonly dust: DustMap | null;
  readonly clock: () => Date;
}

export interface RetrySummary extends PullSummary {
  readonly tried: number;
  /** What still cannot be read, and why. */
  readonly unreadable: readonly { readonly id: number; readonly reason: string }[];
  /** Ids without bytes: their file has to be pulled again. */
  readonly withoutBytes: readonly number[];
  /** Ids that are not in quarantine. */
  readonly unknown: readonly number[];
}

/** Also packets of another survey, which end a pull, are only unreadable here. */
const readAgain = (
  decoder: PacketDecoder,
  { source, key, bytes }: Pick<QuarantineEntry, 'source'> & Record<'key' | 'bytes', Uint8Array | null>,
): ReadItem => {
  const origin = { name: source, kind: 'file' } as const;
  try {
    return decoder.read(key, bytes, origin);
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error), origin, bytes, key };
  }
};

/**
 * Decodes the quarantine's packets again, from their bytes and key, and stores those that can be read now, as a
 * pull of its own. Can be stopped at any point and repeated.
 */
export const retryQuarantined = async (options: RetryOptions): Promise<RetrySummary> => {
  const { db, filter, dust, clock } = options;
  const waiting = (await listQuarantine(db, false)).map(({ id }) => id);
  const ids = options.ids === null ? waiting : options.ids.filter((id) => waiting.includes(id));
  const unknown = (options.ids ?? []).filter((id) => !waiting.includes(id));
  const unreadable: { id: number; reason: string }[] = [];
  const withoutBytes: number[] = [];

  async function* batches(): AsyncGenerator<ReadBatch, void, void> {
    const decoder = createPacketDecoder();
    for (const id of ids) {
      const entry = await findQuarantined(db, id);
      if (entry === null) continue;
      if (entry.bytes === null) {
        withoutBytes.push(id);
        continue;
      }
      const item = readAgain(decoder, entry);
      if (item.kind === 'unreadable') {
        unreadable.push({ id, reason: item.reason });
        await quarantineFailedAgain(db, id, item.reason, clock().toISOString());
        continue;
      }
      const failed = filter && failedCriterion(item.alert) !== null;
      const known = (await knownCandids(db, [item.alert.candid])).size > 0;
      yield {
        items: [item],
        stored: () =>
          quarantineRead(db, id, failed ? 'filtered' : known ? 'known' : 'kept', clock().toISOString()),
      };
    }
  }

  const source: AlertSource = { total: ids.length, batches };
  const summary = await pullAlerts({ db, source, name: 'the quarantine', filter, dust, clock });
  return { ...summary, tried: ids.length, unreadable, withoutBytes, unknown };
};
