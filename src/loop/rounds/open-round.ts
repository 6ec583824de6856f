import { type StrategyName, selectCandidates } from '../../pipeline/learning/strategies/select-candidates.ts';
import { wantMessage } from '../../store/chat/messages.ts';
import { type PoolRow, readPool } from '../../store/intake/alerts.ts';
import { inTransaction } from '../../store/open-store.ts';
import { keepScores, latestModel, type ModelRow } from '../../store/rounds/models.ts';
import { hasRounds, insertCandidates, insertRound, roundUnderWay } from '../../store/rounds/rounds.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { cardKey, headerKey } from '../message-keys.ts';
import { featureMatrixOf } from './feature-matrix-of.ts';
import { newCandidate } from './next-candidate.ts';
import { firstNumbering, keepNumbering, numberingWords } from './numbering.ts';
import { parseSavedModel } from './saved-model.ts';
import { startingModel } from './starting-model.ts';

export type OpenedRound =
  | { readonly kind: 'opened'; readonly round: RoundRow }
  /** Another round is open or training. */
  | { readonly kind: 'under-way'; readonly round: RoundRow | null }
  /** There is no unlabelled object to ask about. */
  | { readonly kind: 'empty-pool' };

/**
 * The pool with P(class 1) by the model; alerts that it has not scored yet, or whose features have changed
 * since (Sherlock's answer, the dust map), are scored in the worker.
 */
const scoredPool = async ({ db, learning }: LoopContext, model: ModelRow): Promise<PoolRow[]> => {
  const pool = await readPool(db, model.id);
  const unscored = pool.filter(({ p, stale }) => p === null || stale).map(({ candid }) => candid);
  if (unscored.length === 0) return pool;
  const x = await featureMatrixOf(db, unscored);
  const p = await learning.score({ model: parseSavedModel(model.saved), x });
  const scores = unscored.map((candid, index) => ({ candid, p: p[index] ?? Number.NaN }));
  await keepScores(db, model.id, scores);
  const fresh = new Map(scores.map((score) => [score.candid, score.p]));
  return pool.map((row) => ({ ...row, p: fresh.get(row.candid) ?? row.p }));
};

/**
 * Opens the next round unless one is under way: scores the pool with the latest model of the type in use,
 * chooses the candidates (at random while there is no model, else by the configured strategy) and asks for its
 * messages, all in one transaction. The database decides if two processes try at once.
 */
export const openRound = async (context: LoopContext): Promise<OpenedRound> => {
  const { db, clock, log, modelType } = context;
  const underWay = await roundUnderWay(db);
  if (underWay !== undefined) return { kind: 'under-way', round: underWay };

  const model = (await latestModel(db, modelType)) ?? (await startingModel(context));
  const pool = model === undefined ? await readPool(db, null) : await scoredPool(context, model);
  if (pool.length === 0) return { kind: 'empty-pool' };
  const strategy: StrategyName = model === undefined ? 'random' : context.rounds.strategy;
  const numbering = await firstNumbering(context);

  const opened = await inTransaction(db, async (trx): Promise<OpenedRound> => {
    const at = clock().toISOString();
    const isFirst = model === undefined && !(await hasRounds(trx, modelType));
    const size = isFirst ? context.rounds.firstSize : context.rounds.size;
    const round = await insertRound(trx, {
      size,
      strategy,
      model_type: modelType,
      firstSeed: context.seed,
      ...(numbering === null ? {} : { after: numbering.after }),
      pool_size: pool.length,
      model_id: model?.id ?? null,
      opened_at: at,
    });
    if (round === null) return { kind: 'under-way', round: (await roundUnderWay(trx)) ?? null };
    if (numbering !== null) await keepNumbering(trx, numbering);
    const chosen = selectCandidates(pool, { strategy, size, seed: round.seed });
    const candidates = await insertCandidates(trx, round.id, chosen.map(newCandidate));
    await wantMessage(trx, { key: headerKey(round.id), kind: 'header', roundId: round.id, at });
    for (const { id } of candidates) {
      await wantMessage(trx, {
        key: cardKey(id),
        kind: 'card',
        roundId: round.id,
        candidateId: id,
        at,
        ...(context.rounds.layout === 'thread' ? { threadKey: headerKey(round.id) } : {}),
      });
    }
    return { kind: 'opened', round };
  });
  const words = numbering === null ? null : numberingWords(numbering);
  if (opened.kind === 'opened' && words !== null)
    log[numbering?.unanswered == null ? 'info' : 'warn']({ round: opened.round.number }, words);
  return opened;
};
