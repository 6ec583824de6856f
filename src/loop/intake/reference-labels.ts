import { answerOfLabel } from '../../pipeline/learning/answers.ts';
import { classOfLabel, FINE_LABELS, MODEL_TYPES } from '../../pipeline/learning/label-maps.ts';
import type { ImportedMeaning } from '../../store/intake/imports.ts';

/** The six labels of HeloiseS/finkvra as answers; `real` and `bogus` have no class for most model types. */
export const REFERENCE_LABELS: readonly ImportedMeaning[] = FINE_LABELS.map((label) => ({
  label,
  answer: answerOfLabel(label),
  telling: MODEL_TYPES.every((type) => classOfLabel(type, label) !== null),
}));
