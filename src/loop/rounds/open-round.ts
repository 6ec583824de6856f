import { wantMessage } from '../../store/chat/messages.ts';
import { keepValue, readValue } from '../../store/key-value.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { hasRounds, insertCandidates, insertRound, roundUnderWay } from '../../store/rounds/rounds.ts';
import { insertSpares } from '../../store/rounds/spares.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { headerKey, wantCard } from '../round-messages.ts';
import { chooseCandidates, readyToChoose } from './choose-candidates.ts';
import { firstNumbering, keepNumbering, numberingWords } from './numbering.ts';

export type OpenedRound =
  | { readonly kind: 'opened'; readonly round: RoundRow }
  /** Another round is open or training. */
  | { readonly kind: 'under-way'; readonly round: RoundRow | null }
  /** There is no unlabelled object to ask about. */
  | { readonly kind: 'empty-pool' };

/**
 * Opens the next round unless one is under way: scores the pool with the latest model of the type in use,
 * chooses the candidates (at random while there is no model, else by the configured strategy) and asks for its
 * messages, all in one transaction. The database decides if two processes try at once.
 */
export const openRound = async (context: LoopContext): Promise<OpenedRound> => {
  const { db, clock, log, modelType } = context;
  const underWay = await roundUnderWay(db);
  if (underWay !== undefined) return { kind: 'under-way', round: underWay };

  const choice = await readyToChoose(context);
  const { model, strategy } = choice;
  if (choice.pool.length === 0) return { kind: 'empty-pool' };
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
      pool_size: choice.pool.length,
      model_id: model?.id ?? null,
      opened_at: at,
    });
    if (round === null) return { kind: 'under-way', round: (await roundUnderWay(trx)) ?? null };
    if (numbering !== null) await keepNumbering(trx, numbering);
    const chosen = chooseCandidates(choice, { size, seed: round.seed });
    const candidates = await insertCandidates(trx, round.id, chosen.candidates);
    await insertSpares(trx, round.id, chosen.spares);
    await wantMessage(trx, { key: headerKey(round.id), kind: 'header', roundId: round.id, at });
    const threadKey = context.rounds.layout === 'thread' ? headerKey(round.id) : null;
    for (const candidate of candidates) await wantCard(trx, candidate, threadKey, at);
    return { kind: 'opened', round };
  });
  const words = numbering === null ? null : numberingWords(numbering);
  if (opened.kind === 'opened' && words !== null)
    log[numbering?.unanswered == null ? 'info' : 'warn']({ round: opened.round.number }, words);
  return opened;
};

const PAUSED_FACT = 'paused';

/** Whether somebody has told the loop to open no more rounds. */
export const isPaused = async (db: Db): Promise<boolean> => (await readValue(db, PAUSED_FACT)) === 'true';

export const setPaused = (db: Db, paused: boolean): Promise<void> =>
  keepValue(db, PAUSED_FACT, String(paused));
