import { FinkvraError } from '../../lib/errors.ts';
import { type TrackingTarget, wantChampionAlias } from '../../mlflow/round-jobs.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import {
  allModels,
  championModel,
  demoteModel,
  type ModelSummary,
  modelOfRound,
  promoteModel,
} from '../../store/rounds/models.ts';
import { parseRoundReport, type RoundReport } from './round-report.ts';

/**
 * Whether a new model becomes the champion by itself: always, unless its honest accuracy lies below the
 * interval of the champion's, which is more than noise and for people to look at.
 */
export const isPromotedAlone = (report: RoundReport, champion: RoundReport | null): boolean =>
  report.honest === null || champion?.honest == null || report.honest.accuracy >= champion.honest.low;

/** Promotes a round's new model unless people have to be asked. @returns whether it did */
export const promoteIfSound = async (
  db: Db,
  model: {
    readonly id: number;
    readonly type: ModelType;
    readonly round: number;
    readonly report: RoundReport;
  },
  tracking: TrackingTarget | null,
  at: string,
): Promise<boolean> => {
  const champion = await championModel(db, model.type);
  const before = champion?.report == null ? null : parseRoundReport(champion.report);
  if (!isPromotedAlone(model.report, before)) return false;
  await promoteModel(db, model.id, at);
  if (tracking !== null) await wantChampionAlias(db, tracking, model, at);
  return true;
};

/** Makes the model of a round the champion. @throws FinkvraError when that round has none */
export const promoteRound = (
  db: Db,
  round: number,
  tracking: TrackingTarget | null,
  at: string,
): Promise<ModelSummary> =>
  inTransaction(db, async (trx) => {
    const model = await modelOfRound(trx, round);
    if (model === undefined) {
      const rounds = (await allModels(trx)).map((one) => one.round);
      throw new FinkvraError(
        `Round ${round} has no model; ${
          rounds.length === 0
            ? 'the first one comes with the first closed round (npm start)'
            : `there are models of rounds ${rounds.join(', ')} (finkvra models list)`
        }.`,
      );
    }
    await promoteModel(trx, model.id, at);
    return champion(trx, model.model_type, tracking, at);
  });

/** Gives the title back to the champion of this type before this one. @throws FinkvraError when there is none */
export const rollBack = (
  db: Db,
  type: ModelType,
  tracking: TrackingTarget | null,
  at: string,
): Promise<ModelSummary> =>
  inTransaction(db, async (trx) => {
    const current = await championModel(trx, type);
    if (current === undefined)
      throw new FinkvraError(
        'No model has been promoted yet: finkvra models list says which there are, finkvra models promote <round> makes one the champion.',
      );
    await demoteModel(trx, current.id);
    if ((await championModel(trx, type)) === undefined) {
      throw new FinkvraError(
        `Before the model of round ${current.round} there was no other champion; finkvra models promote <round> makes another one the champion.`,
      );
    }
    return champion(trx, type, tracking, at);
  });

const champion = async (
  trx: Db,
  type: ModelType,
  tracking: TrackingTarget | null,
  at: string,
): Promise<ModelSummary> => {
  const model = await championModel(trx, type);
  if (model === undefined) throw new Error('there is no champion after a promotion');
  if (tracking !== null) await wantChampionAlias(trx, tracking, { type, round: model.round }, at);
  return model;
};
