import { toFeatureMatrix } from '../pipeline/features/feature-frame.ts';
import {
  type PoolCandidate,
  type StrategyName,
  selectCandidates,
} from '../pipeline/learning/select-candidates.ts';
import { type PoolRow, readPool } from '../store/alerts.ts';
import { wantMessage } from '../store/messages.ts';
import { keepScores, latestModel, type ModelRow, scoresBy } from '../store/models.ts';
import { inTransaction } from '../store/open-store.ts';
import { hasRounds, insertCandidates, insertRound, roundUnderWay } from '../store/rounds.ts';
import type { RoundRow } from '../store/schema.ts';
import type { LoopContext } from './context.ts';
import { cardKey, headerKey } from './message-keys.ts';
import { newCandidate } from './next-candidate.ts';
import { parseSavedModel } from './saved-model.ts';

export type OpenedRound =
  | { readonly kind: 'opened'; readonly round: RoundRow }
  /** Another round is open or training. */
  | { readonly kind: 'under-way'; readonly round: RoundRow | null }
  /** There is no unlabelled object to ask about. */
  | { readonly kind: 'empty-pool' };

/** P(galactic) of the whole pool by the model; alerts that it has not scored yet are scored in the worker. */
const scorePool = async (
  { db, learning }: LoopContext,
  model: ModelRow,
  pool: readonly PoolRow[],
): Promise<PoolCandidate[]> => {
  const known = await scoresBy(db, model.id);
  const unscored = pool.filter(({ candid }) => !known.has(candid));
  if (unscored.length > 0) {
    const p = await learning.score({ model: parseSavedModel(model.saved), x: toFeatureMatrix(unscored) });
    const scores = unscored.map(({ candid }, index) => ({ candid, pGalactic: p[index] ?? Number.NaN }));
    await keepScores(db, model.id, scores);
    for (const { candid, pGalactic } of scores) known.set(candid, pGalactic);
  }
  return pool.map(({ candid, objectId }) => ({ candid, objectId, p: known.get(candid) ?? null }));
};

/**
 * Opens the next round unless one is under way: scores the pool with the latest model, chooses the
 * candidates (at random while there is no model, else by uncertainty) and asks for its messages, all in
 * one transaction. The database decides if two processes try at once.
 */
export const openRound = async (context: LoopContext): Promise<OpenedRound> => {
  const { db, clock } = context;
  const underWay = await roundUnderWay(db);
  if (underWay !== undefined) return { kind: 'under-way', round: underWay };

  const rows = await readPool(db);
  if (rows.length === 0) return { kind: 'empty-pool' };
  const model = await latestModel(db);
  const pool =
    model === undefined
      ? rows.map(({ candid, objectId }) => ({ candid, objectId, p: null }))
      : await scorePool(context, model, rows);
  const strategy: StrategyName = model === undefined ? 'random' : 'uncertainty';

  return inTransaction(db, async (trx): Promise<OpenedRound> => {
    const at = clock().toISOString();
    const size = (await hasRounds(trx)) ? context.rounds.size : context.rounds.firstSize;
    const round = await insertRound(trx, {
      size,
      strategy,
      seed: context.seed,
      pool_size: rows.length,
      model_id: model?.id ?? null,
      opened_at: at,
    });
    if (round === null) return { kind: 'under-way', round: (await roundUnderWay(trx)) ?? null };
    const chosen = selectCandidates(pool, { strategy, size, seed: round.seed });
    const candidates = await insertCandidates(trx, round.id, chosen.map(newCandidate));
    await wantMessage(trx, { key: headerKey(round.id), kind: 'header', roundId: round.id, at });
    for (const { id } of candidates) {
      await wantMessage(trx, { key: cardKey(id), kind: 'card', roundId: round.id, candidateId: id, at });
    }
    return { kind: 'opened', round };
  });
};
