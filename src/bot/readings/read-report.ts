import { freezeRound } from '../../loop/reports/freeze-round.ts';
import type { FrozenRound } from '../../loop/reports/frozen-round.ts';
import { parseRoundReport, type RoundReport } from '../../loop/rounds/round-report.ts';
import type { AccuracyPictureInput, AccuracyPoint } from '../../pictures/charts/accuracy-picture.ts';
import { LABEL_MAPS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { championModel } from '../../store/rounds/models.ts';
import { closedRounds, findRound } from '../../store/rounds/rounds.ts';
import { sinceClosed } from '../../store/rounds/since-closed.ts';
import type { RoundRow } from '../../store/schema.ts';
import { percent } from '../content/format.ts';
import { type PromotionContent, promotionContent } from '../content/report/promotion-content.ts';
import { type ReportContent, reportContent } from '../content/report/report-content.ts';
import { found, type ReadOptions } from './read-card.ts';

/** Accuracies of a model type's closed rounds up to this one, oldest first, as their reports gave them. */
export const accuracyPointsUpTo = async (
  db: Db,
  type: ModelType,
  roundId = Number.POSITIVE_INFINITY,
): Promise<(AccuracyPoint & { readonly round: number; readonly roundId: number })[]> =>
  (await closedRounds(db, type))
    .filter(({ id }) => id <= roundId)
    .flatMap(({ id, number, report }) => {
      const parsed = report === null ? null : parseRoundReport(report);
      if (parsed === null || parsed.honest === null) return [];
      const { accuracy, low, high, majorityRate, balancedAccuracy, decision } = parsed.honest;
      // If both classes count alike, accuracy alone would mislead.
      const balanced = decision?.rule === 'balanced' ? balancedAccuracy : null;
      const rates = { accuracy, low, high, majorityRate, balancedAccuracy: balanced };
      return [{ roundId: id, round: number, labels: parsed.labels, ...rates }];
    });

const closedRound = async (
  db: Db,
  roundId: number,
): Promise<{ readonly round: RoundRow; readonly report: RoundReport }> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  return { round, report: parseRoundReport(found(round.report, `report of round ${round.number}`)) };
};

/** The round's answers as they were at its close; as they are now if an older version kept nothing. */
const frozenRound = async (
  { db, quorum }: Pick<ReadOptions, 'db' | 'quorum'>,
  round: RoundRow,
  { frozen }: RoundReport,
): Promise<FrozenRound> => frozen ?? freezeRound(db, round, quorum);

/** Reads a closed round's report: the figures kept at its close, and what has changed since. */
export const readReport = async (options: ReadOptions, roundId: number): Promise<ReportContent> => {
  const { db } = options;
  const { round, report } = await closedRound(db, roundId);
  return reportContent({
    roundNumber: round.number,
    modelType: round.model_type,
    report,
    frozen: await frozenRound(options, round, report),
    since: await sinceClosed(db, round),
    points: await accuracyPointsUpTo(db, round.model_type, roundId),
  });
};

/** Data for a report's picture; null without an accuracy. */
export const readAccuracyPicture = async (db: Db, roundId: number): Promise<AccuracyPictureInput | null> => {
  const { round, report } = await closedRound(db, roundId);
  const { honest, confusion } = report;
  if (honest === null) return null;
  const points = await accuracyPointsUpTo(db, round.model_type, roundId);
  const balanced = points.at(-1)?.balancedAccuracy ?? null;
  const total = confusion == null ? 0 : Object.values(confusion).reduce((sum, n) => sum + n, 0);
  return {
    title: `Round ${round.number}: accuracy ${percent(honest.accuracy)}${
      balanced === null ? '' : `, balanced ${percent(balanced)}`
    }`,
    subtitle: `95 % interval ${percent(honest.low)} to ${percent(honest.high)}, on labels that the model had not seen`,
    points,
    confusion:
      confusion == null || total === 0
        ? null
        : {
            truePositive: confusion.truePositive / total,
            falseNegative: confusion.falseNegative / total,
            falsePositive: confusion.falsePositive / total,
            trueNegative: confusion.trueNegative / total,
            ...LABEL_MAPS[round.model_type],
          },
  };
};

/** Reads the question whether to promote a round's model. */
export const readPromotion = async (db: Db, roundId: number): Promise<PromotionContent> => {
  const { round, report } = await closedRound(db, roundId);
  const champion = await championModel(db, round.model_type);
  return promotionContent({
    round: round.number,
    report,
    champion:
      champion?.report == null ? null : { round: champion.round, report: parseRoundReport(champion.report) },
  });
};
