import { parseRoundReport } from '../../loop/rounds/round-report.ts';
import type { AccuracyPoint } from '../../pictures/charts/accuracy-picture.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { closedRounds } from '../../store/rounds/rounds.ts';

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
