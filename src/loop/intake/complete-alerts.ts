import type { Alert } from '../../pipeline/alert.ts';
import { completedBy } from '../../pipeline/complete-alert.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { completeAlert, findAlerts, type KeptAlert } from '../../store/intake/alerts.ts';
import { openCandidatesOf } from '../../store/intake/sherlock.ts';
import type { Db } from '../../store/open-store.ts';
import { hasStamps, type NoteStamps, withoutStamps } from '../../store/stamps/stamps.ts';
import { cardKey } from '../round-messages.ts';

/**
 * Fills gaps of stored alerts from fuller packets of the same candids: after a light packet or an archive row,
 * the full packet adds history, errors and stamps. Open cards are drawn again. Call it inside a transaction.
 *
 * @param noteStamps what `StampStore.put` gave for those that have none yet
 * @param measure an alert's features, with which of them are new
 * @returns how many alerts were completed
 */
export const completeAlerts = async (
  db: Db,
  packets: readonly Alert[],
  measure: (alert: Alert) => Omit<KeptAlert, 'alert'>,
  noteStamps: NoteStamps,
): Promise<number> => {
  const candids = packets.map(({ candid }) => candid);
  const stored = await findAlerts(db, candids);
  const unillustrated = await withoutStamps(db, candids);
  const filled = new Set<string>();
  for (const packet of packets) {
    const { candid } = packet;
    const known = stored.get(candid);
    if (known === undefined || known.objectId !== packet.objectId) continue;
    const completed = completedBy(known, packet);
    if (completed !== null) {
      await completeAlert(db, { alert: completed, ...measure(completed) });
      stored.set(candid, completed);
      filled.add(candid);
    }
    if (hasStamps(packet) && unillustrated.delete(candid)) {
      await noteStamps(db, candid);
      filled.add(candid);
    }
  }
  await wantRedraw(db, (await openCandidatesOf(db, [...filled])).map(cardKey));
  return filled.size;
};
