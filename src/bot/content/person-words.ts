import type { AnswerPace } from '../../loop/answers/answer-pace.ts';
import type { PersonStats } from '../../loop/answers/people-stats.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { classCounts } from './answer-words.ts';
import { percent, plural } from './format.ts';

/** `12 s an answer`: a person's pace when answering in a row. */
export const paceWords = ({ seconds }: AnswerPace): string =>
  seconds < 90 ? `${Math.round(seconds)} s an answer` : `${Math.round(seconds / 60)} min an answer`;

/** One person's labelling in a few lines. */
export const personLines = (person: PersonStats, type: ModelType): string[] => {
  const { positive, negative, withoutClass, shared, agreed, predicted, asPredicted, pace } = person;
  return [
    `${plural(positive + negative, 'label')}: ${classCounts(type, person)}${
      withoutClass === 0 ? '' : `; ${withoutClass} without a class`
    }`,
    shared === 0
      ? 'Nobody else has answered the same candidates yet'
      : `Agreement with others on the same candidates: ${agreed} of ${shared} (${percent(agreed / shared)})`,
    ...(predicted === 0
      ? []
      : [
          `The model agreed with ${asPredicted} of ${predicted} (${percent(asPredicted / predicted)}) of your blind answers; it asks for the hardest objects`,
        ]),
    ...(pace === null
      ? []
      : [`Pace: ${paceWords(pace)}, the median of ${pace.steps} in a row (pauses over 5 min left out)`]),
  ];
};
