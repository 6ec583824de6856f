import { wantMessage } from '../../store/chat/messages.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { poolObjectsOf } from '../../store/intake/pool.ts';
import { keepValue, readValue } from '../../store/key-value.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import {
  hasRounds,
  insertCandidates,
  insertRound,
  nextSeed,
  roundUnderWay,
} from '../../store/rounds/rounds.ts';
import { insertSpares } from '../../store/rounds/spares.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import type { Chosen } from '../pool/draw-candidates.ts';
import { runOnPool } from '../pool/pool-client.ts';
import { headerKey, wantCard } from '../round-messages.ts';
import { readyToChoose } from './choosing-model.ts';
import { firstNumbering, keepNumbering, numberingWords } from './numbering.ts';
import { parseSavedModel } from './read-model.ts';

export type OpenedRound =
  | { readonly kind: 'opened'; readonly round: RoundRow }
  /** Another round is open or training. */
  | { readonly kind: 'under-way'; readonly round: RoundRow | null }
  /** There is no unlabelled object to ask about. */
  | { readonly kind: 'empty-pool' };

/**
 * Opens the next round unless one is under way: draws the candidates from the pool as the latest model of the type
 * in use scores it (at random while there is no model, else by the configured strategy), and asks for its messages.
 * A background thread draws, which takes seconds for a large pool. Then the round is stored in one transaction,
 * with those drawn that can still be asked about. If two processes try at once, the database decides.
 */
export const openRound = async (context: LoopContext): Promise<OpenedRound> => {
  const { db, clock, log, modelType, signal } = context;
  const underWay = await roundUnderWay(db);
  if (underWay !== undefined) return { kind: 'under-way', round: underWay };

  const { model, strategy } = await readyToChoose(context);
  if ((await countAlerts(db)).pool === 0) return { kind: 'empty-pool' };
  const numbering = await firstNumbering(context);
  const isFirst = model === undefined && !(await hasRounds(db, modelType));
  const size = isFirst ? context.rounds.firstSize : context.rounds.size;
  const seed = await nextSeed(db, context.seed, numbering?.after);
  const drawn = await runOnPool(
    db,
    {
      kind: 'draw',
      strategy,
      size,
      seed,
      ...(model === undefined ? {} : { model: { id: model.id, saved: parseSavedModel(model.saved) } }),
    },
    { signal },
  );

  const opened = await inTransaction(db, async (trx): Promise<OpenedRound | null> => {
    if ((await nextSeed(trx, context.seed, numbering?.after)) !== seed) return null;
    const at = clock().toISOString();
    const chosen = await stillInPool(trx, drawn);
    if (chosen.candidates.length === 0) return { kind: 'empty-pool' };
    const round = await insertRound(trx, {
      size,
      strategy,
      model_type: modelType,
      firstSeed: context.seed,
      ...(numbering === null ? {} : { after: numbering.after }),
      pool_size: drawn.poolSize,
      model_id: model?.id ?? null,
      opened_at: at,
    });
    if (round === null) return { kind: 'under-way', round: (await roundUnderWay(trx)) ?? null };
    if (numbering !== null) await keepNumbering(trx, numbering);
    const candidates = await insertCandidates(trx, round.id, chosen.candidates);
    await insertSpares(trx, round.id, chosen.spares);
    await wantMessage(trx, { key: headerKey(round.id), kind: 'header', roundId: round.id, at });
    const threadKey = context.rounds.layout === 'thread' ? headerKey(round.id) : null;
    for (const candidate of candidates) await wantCard(trx, candidate, threadKey, at);
    return { kind: 'opened', round };
  });
  // Another process has had a round meanwhile: this one is the next.
  if (opened === null) return openRound(context);
  const words = numbering === null ? null : numberingWords(numbering);
  if (opened.kind === 'opened' && words !== null)
    log[numbering?.unanswered == null ? 'info' : 'warn']({ round: opened.round.number }, words);
  return opened;
};

/**
 * Those drawn that can still be asked about: an object may have got a label or an excluded class since the pool
 * was read. As after a skip, the next spare of the same kind takes its place, with the chance of its own draw.
 */
const stillInPool = async (db: Db, { candidates, spares }: Chosen): Promise<Chosen> => {
  const objects = await poolObjectsOf(
    db,
    [...candidates, ...spares].map(({ objectId }) => objectId),
  );
  const left = spares.filter(({ objectId }) => objects.has(objectId));
  const taken = candidates.flatMap((candidate) => {
    if (objects.has(candidate.objectId)) return [candidate];
    const next = left.findIndex(({ drawn }) => drawn === candidate.drawn);
    return next === -1 ? [] : left.splice(next, 1);
  });
  return { candidates: taken, spares: left };
};

const PAUSED_FACT = 'paused';

/** Whether somebody has told the loop to open no more rounds. */
export const isPaused = async (db: Db): Promise<boolean> => (await readValue(db, PAUSED_FACT)) === 'true';

export const setPaused = (db: Db, paused: boolean): Promise<void> =>
  keepValue(db, PAUSED_FACT, String(paused));
