import { z } from 'zod';
import { messageOf } from '../../lib/errors.ts';
import { wantRedraw } from '../../store/chat/messages.ts';
import { findModel } from '../../store/rounds/models.ts';
import { keepReasons, unexplainedCandidates } from '../../store/rounds/reasons.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { cardKey } from '../round-messages.ts';
import { parseSavedModel } from './read-model.ts';
import { featureMatrixOf } from './training-table.ts';

const REASONS = 3;

const reasonsSchema = z.array(
  z.object({ feature: z.string(), value: z.number().nullable(), push: z.number() }),
);

/** Which features pushed a candidate's probability most, strongest first. */
export type CandidateReasons = z.infer<typeof reasonsSchema>;

export const parseReasons = (text: string): CandidateReasons => reasonsSchema.parse(JSON.parse(text));

/**
 * Works out in the worker why the round's candidates got the probability they have, for their cards. A card
 * posted before that is drawn again; a card without reasons does not mention them.
 */
export const explainRound = async (
  { db, learning, log }: LoopContext,
  round: Pick<RoundRow, 'id' | 'number' | 'model_id' | 'model_type'>,
): Promise<void> => {
  if (round.model_id === null) return;
  try {
    const candidates = await unexplainedCandidates(db, round.id);
    const model = await findModel(db, round.model_id);
    // A model of another question cannot say why these candidates were chosen.
    if (candidates.length === 0 || model?.model_type !== round.model_type) return;
    const saved = parseSavedModel(model.saved);
    const candids = candidates.map(({ candid }) => candid);
    const x = await featureMatrixOf(db, candids, saved.features);
    const reasons = await learning.explain({ model: saved, x, count: REASONS });
    await keepReasons(
      db,
      candidates.map(({ id }, index) => ({ candidateId: id, reasons: JSON.stringify(reasons[index] ?? []) })),
    );
    await wantRedraw(
      db,
      candidates.map(({ id }) => cardKey(id)),
    );
  } catch (error) {
    // The cards are as good without: a round never waits for its reasons.
    log.warn({ round: round.number, error: messageOf(error) }, 'the candidates could not be explained');
  }
};
