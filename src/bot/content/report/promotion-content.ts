import type { RoundReport } from '../../../loop/rounds/round-report.ts';
import { percent } from '../format.ts';

/** What the channel is asked when a new model did worse than noise explains. */
export interface PromotionContent {
  readonly roundNumber: number;
  readonly title: string;
  readonly text: string;
  /** Null while the question is open. */
  readonly decision: string | null;
}

export interface PromotionInput {
  readonly round: number;
  readonly report: RoundReport;
  /** The champion in force: the round of its model, and what that reported. */
  readonly champion: { readonly round: number; readonly report: RoundReport } | null;
}

export const promotionContent = ({ round, report, champion }: PromotionInput): PromotionContent => {
  const honest = champion?.report.honest;
  const accuracy = percent(report.honest?.accuracy ?? null);
  const comparison =
    champion === null || honest == null
      ? `Its accuracy is ${accuracy}. There is no champion.`
      : `Its accuracy, ${accuracy}, is lower than chance explains: the champion, the model of round ${champion.round}, has ${percent(honest.accuracy)} (${percent(honest.low)} to ${percent(honest.high)}).`;
  return {
    roundNumber: round,
    title: `Promote the model of round ${round}?`,
    text: `${comparison} So it was not promoted by itself. Candidates are chosen with the newest model either way.`,
    decision:
      champion === null || champion.round < round
        ? null
        : champion.round === round
          ? `The model of round ${round} is the champion now.`
          : `Not needed any more: the model of round ${champion.round} is the champion.`,
  };
};
