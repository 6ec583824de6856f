import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { Db } from '../../store/open-store.ts';
import { closedRounds } from '../../store/rounds/rounds.ts';
import { parseRoundReport, type RoundReport } from './round-report.ts';

/** What each feature is worth to a round's model, as its training measured it. */
export interface ModelImportance {
  /** Number of the model's round. */
  readonly round: number;
  /** Labels it was measured with. */
  readonly labels: number;
  /** Largest first. */
  readonly features: NonNullable<RoundReport['importance']>;
}

/** That of the newest model of this type, from its round's report; null while there is none. */
export const readImportance = async (db: Db, type: ModelType): Promise<ModelImportance | null> => {
  for (const { number, report } of (await closedRounds(db, type)).reverse()) {
    if (report === null) continue;
    const { labels, importance } = parseRoundReport(report);
    if (importance != null) return { round: number, labels, features: importance };
  }
  return null;
};
