import { cohenKappa } from '../../pipeline/learning/accuracy/agreement.ts';
import { classOf } from '../../pipeline/learning/answers.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerHistory } from './read-answers.ts';

export interface VotersAgreement {
  /** Fleiss' kappa: 1 is perfect, 0 is chance. */
  readonly kappa: number;
  /** Candidates with at least two votes that have a class. */
  readonly candidates: number;
}

/**
 * Agreement of those who voted on the same candidates, on their class. Every pair of votes on a
 * candidate enters in both orders, which makes Cohen's kappa Fleiss' (Fleiss 1971, Psychol. Bull. 76, 378):
 * who gave which vote plays no part. Null while no candidate has two votes.
 */
export const votersAgreement = (
  histories: Iterable<AnswerHistory>,
  type: ModelType,
): VotersAgreement | null => {
  const a: number[] = [];
  const b: number[] = [];
  let candidates = 0;
  for (const { votes } of histories) {
    const classes = votes.map(({ answer }) => classOf(type, answer)).filter((one) => one !== null);
    if (classes.length < 2) continue;
    candidates += 1;
    classes.forEach((one, i) => {
      classes.forEach((other, j) => {
        if (i === j) return;
        a.push(one);
        b.push(other);
      });
    });
  }
  const kappa = cohenKappa(a, b);
  return kappa === null ? null : { kappa, candidates };
};
