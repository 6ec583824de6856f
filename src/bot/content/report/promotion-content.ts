import type { RoundReport } from '../../../loop/rounds/round-report.ts';
import { percent } from '../format.ts';

/** The question to the channel when a new model is worse than noise explains. */
export interface PromotionContent {
  readonly roundNumber: number;
  readonly title: string;
  readonly text: string;
  /** The outcome; null while the question is open. */
  readonly decision: string | null;
}

export interface PromotionInput {
  readonly round: number;
  readonly report: RoundReport;
  /** The round of the champion's model, and its report. */
  readonly champion: { readonly round: number; readonly report: RoundReport } | null;
}

export const promotionContent = ({ round, report, champion }: PromotionInput): PromotionContent => {
  const honest = champion?.report.honest;
  const accuracy = percent(report.honest?.accuracy ?? null);
  const comparison =
    champion === null || honest == null
      ? `Its accuracy is ${accuracy}. There is no champion.`
      : `Its accuracy, ${accuracy}, is below the interval of the champion: the model of round ${champion.round} has ${percent(honest.accuracy)} (${percent(honest.low)} to ${percent(honest.high)}).`;
  return {
    roundNumber: round,
    title: `Promote the model of round ${round}?`,
    text: `${comparison} So it was not promoted automatically. Candidates are chosen with the newest model either way.`,
    decision:
      champion === null || champion.round < round
        ? null
        : champion.round === round
          ? `The model of round ${round} is the champion now.`
          : `Out of date: the model of round ${champion.round} is the champion.`,
  };
};
