import { createRandom } from '../../pipeline/learning/seeded-random.ts';
import { findMessage, wantAgain } from '../../store/chat/messages.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { sameObjects } from '../../store/intake/objects.ts';
import { poolObjectAt, poolObjectsOf } from '../../store/intake/pool.ts';
import type { Db } from '../../store/open-store.ts';
import {
  askAgain,
  candidatesOf,
  findRound,
  insertCandidates,
  type NewCandidate,
} from '../../store/rounds/rounds.ts';
import { nextSpare } from '../../store/rounds/spares.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { cardKey, wantCard } from '../round-messages.ts';

/**
 * Replaces a candidate that got no class by the next one, or after an undo by its earlier replacement. Does
 * nothing when the round has its full number, or the pool is empty.
 */
export const replaceSkipped = async (trx: Db, skipped: CandidateRow, at: string): Promise<void> => {
  const roundId = skipped.round_id;
  const round = await findRound(trx, roundId);
  if (round === undefined) throw new Error(`round ${roundId} is gone`);
  const asked = await candidatesOf(trx, roundId);
  const counting = asked.filter(({ state }) => state === 'open' || state === 'labelled');
  if (counting.length >= round.size) return;
  const before = asked.find(({ state, replaces_id }) => state === 'withdrawn' && replaces_id === skipped.id);
  if (before !== undefined && (await askAgain(trx, before.id))) {
    await wantAgain(trx, cardKey(before.id));
    return;
  }
  const next = await nextCandidate(trx, round, skipped);
  if (next === null) return;
  const [inserted] = await insertCandidates(trx, roundId, [{ ...next, replacesId: skipped.id }]);
  if (inserted === undefined) throw new Error(`the replacement in round ${roundId} was not stored`);
  const [first] = asked;
  // Where the round's other cards are.
  const threadKey =
    first === undefined ? null : ((await findMessage(trx, cardKey(first.id)))?.thread_key ?? null);
  await wantCard(trx, inserted, threadKey, at);
};

/**
 * The replacement of a skipped candidate: the next spare, of an object that the round has not had. If the
 * spares are used up, or an older version opened the round without any, an object drawn uniformly from the rest
 * of the pool: this needs no pass over the pool, and its chance is known. Null if the pool is used up too.
 */
export const nextCandidate = async (
  db: Db,
  round: RoundRow,
  skipped: Pick<CandidateRow, 'drawn'>,
): Promise<NewCandidate | null> =>
  (await nextSpare(db, round.id, skipped.drawn)) ?? (await drawFromPool(db, round));

/** Tries to hit an object that the round has not had; of a pool larger than the round the first mostly does. */
const TRIES = 1000;

const drawFromPool = async (db: Db, round: RoundRow): Promise<NewCandidate | null> => {
  const asked = (await candidatesOf(db, round.id)).map((candidate) => candidate.object_id);
  const used = await poolObjectsOf(db, [...(await sameObjects(db, asked))]);
  const { pool } = await countAlerts(db);
  const poolSize = pool - new Set(used.values()).size;
  if (poolSize <= 0) return null;
  const random = createRandom(round.seed, asked.length);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await poolObjectAt(db, random.below(pool), pool, round.model_id);
    if (found === null || used.has(found.objectId)) continue;
    const { candid, objectId, p } = found;
    return { candid, objectId, drawn: 'random', p, q: 1 / poolSize, poolSize };
  }
  throw new Error(`of ${pool} objects in the pool none could be drawn for round ${round.number}`);
};
