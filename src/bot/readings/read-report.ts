import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { parseRoundReport } from '../../loop/rounds/round-report.ts';
import type { AccuracyPoint } from '../../pictures/charts/accuracy-picture.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { championModel } from '../../store/rounds/models.ts';
import { closedRounds, findRound } from '../../store/rounds/rounds.ts';
import { type PromotionContent, promotionContent } from '../content/promotion-content.ts';
import { type ReportContent, reportContent } from '../content/report-content.ts';
import { found, type ReadOptions } from './read-card.ts';

/** What the models of a type's closed rounds up to this one reached, oldest first. */
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
      const { accuracy, low, high, majorityRate } = parsed.honest;
      const { labels, trainingAccuracy } = parsed;
      return [{ roundId: id, round: number, labels, accuracy, low, high, majorityRate, trainingAccuracy }];
    });

/** What a closed round's report says, from the store. */
export const readReport = async ({ db, quorum }: ReadOptions, roundId: number): Promise<ReportContent> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  return reportContent({
    roundNumber: round.number,
    modelType: round.model_type,
    report: parseRoundReport(found(round.report, `report of round ${round.number}`)),
    votes: await readRoundVotes(db, roundId),
    points: await accuracyPointsUpTo(db, round.model_type, roundId),
    quorum,
  });
};

/** The question whether a round's model shall be promoted, from the store. */
export const readPromotion = async (db: Db, roundId: number): Promise<PromotionContent> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const report = parseRoundReport(found(round.report, `report of round ${round.number}`));
  const champion = await championModel(db, round.model_type);
  return promotionContent({
    round: round.number,
    report,
    champion:
      champion?.report == null ? null : { round: champion.round, report: parseRoundReport(champion.report) },
  });
};
