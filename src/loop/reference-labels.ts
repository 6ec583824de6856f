import type { ImportedMeaning } from '../store/imports.ts';
import type { AnswerValue } from '../store/schema.ts';

/**
 * The six labels of HeloiseS/finkvra and what they say of the question galactic or not: its own map. `real`
 * and `bogus` say nothing of it: such an object is not asked about again and not trained on.
 */
export const REFERENCE_LABELS: readonly ImportedMeaning[] = [
  { label: 'gal', answer: 'galactic', galactic: 1 },
  { label: 'varstar', answer: 'varstar', galactic: 1 },
  { label: 'extragal', answer: 'not_galactic', galactic: 0 },
  { label: 'agn', answer: 'agn', galactic: 0 },
  { label: 'real', answer: 'unclear', galactic: null },
  { label: 'bogus', answer: 'bogus', galactic: null },
];

/** The reference's word for an answer given here; null for one that it has no word for (skip, unclear). */
export const referenceLabel = (answer: AnswerValue): string | null =>
  answer === 'unclear' ? null : (REFERENCE_LABELS.find((one) => one.answer === answer)?.label ?? null);
