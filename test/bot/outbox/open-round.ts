import { headerKey, wantCard } from '../../../src/loop/round-messages.ts';
import { wantMessage } from '../../../src/store/chat/messages.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { insertCandidates, insertRound } from '../../../src/store/rounds/rounds.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { storeAlerts } from '../../helpers/loop-parts.ts';
import { openTestStore } from '../../helpers/test-store.ts';

export const AT = '2026-05-02T12:00:00.000Z';

/** A store in which a round of so many cards has just been opened: its messages wait to be posted. */
export const storeWithRound = async (cards: number): Promise<Db> => {
  const db = await openTestStore();
  await fillWithRound(db, cards);
  return db;
};

/** Opens a round of so many cards in an empty store. */
export const fillWithRound = async (db: Db, cards: number): Promise<void> => {
  const alerts = Array.from({ length: cards }, (_, i) =>
    alertWith({ candid: String(100 + i), objectId: `ZTF25aaaaaa${i}` }),
  );
  await storeAlerts(db, alerts, AT);
  const round = await insertRound(db, {
    size: cards,
    strategy: 'random',
    model_type: 'galactic',
    firstSeed: 1,
    pool_size: cards,
    model_id: null,
    opened_at: AT,
  });
  if (round === null) throw new Error('the round was not opened');
  await wantMessage(db, { key: headerKey(round.id), kind: 'header', roundId: round.id, at: AT });
  const candidates = await insertCandidates(
    db,
    round.id,
    alerts.map(({ candid, objectId }) => ({
      candid,
      objectId,
      drawn: 'random',
      p: null,
      q: null,
      poolSize: cards,
    })),
  );
  for (const candidate of candidates) await wantCard(db, candidate, null, AT);
};
