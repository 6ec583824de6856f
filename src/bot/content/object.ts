import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import type { CorrectionRow } from '../../store/corrections.ts';
import type { LabelRow } from '../../store/schema.ts';
import { ANSWER_WORDS } from './answer-words.ts';
import { type CardInput, type Fact, factsOf, type Link, pagesOf, positionText } from './card.ts';
import { minuteUtc, percent } from './format.ts';

/** What is known of an object, in no chat's language. */
export interface ObjectContent {
  readonly objectId: string;
  readonly candid: string;
  readonly links: readonly Link[];
  readonly simulated: boolean;
  readonly probability: string;
  readonly label: string;
  readonly facts: readonly Fact[];
  readonly position: string;
}

export interface ObjectInput extends Pick<CardInput, 'alert' | 'features' | 'sherlock'> {
  /** By the newest model; null where it has not scored it. */
  readonly pGalactic: number | null;
  readonly label: LabelRow | null;
  readonly corrections: readonly CorrectionRow[];
}

export const objectContent = (input: ObjectInput): ObjectContent => {
  const { alert, pGalactic, label, corrections } = input;
  const was = corrections.map(({ before, before_name }) => `${ANSWER_WORDS[before]} by ${before_name}`);
  return {
    objectId: alert.objectId,
    candid: alert.candid,
    links: pagesOf(alert),
    simulated: isSimulated(alert.objectId),
    probability: pGalactic === null ? 'not scored yet' : `P(galactic) ${percent(pGalactic)}`,
    label:
      label === null
        ? 'no label yet'
        : `${ANSWER_WORDS[label.answer]} – ${label.user_name}, ${minuteUtc(label.at)}${
            was.length === 0 ? '' : ` (before: ${was.join(', ')})`
          }`,
    facts: factsOf(input),
    position: positionText(alert),
  };
};
