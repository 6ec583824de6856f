import { expect, test } from 'vitest';
import {
  ANSWERS,
  answerOfLabel,
  answersOfClass,
  classOf,
  fineLabelOf,
  isAnswer,
} from '../../../src/pipeline/learning/answers.ts';
import { FINE_LABELS, MODEL_TYPES } from '../../../src/pipeline/learning/label-maps.ts';

test('each answer gives one of the six fine labels, and a skip none', () => {
  expect(Object.fromEntries(ANSWERS.map((answer) => [answer, fineLabelOf(answer)]))).toEqual({
    galactic: 'gal',
    not_galactic: 'extragal',
    agn: 'agn',
    varstar: 'varstar',
    bogus: 'bogus',
    unclear: 'real',
    skip: null,
  });
  for (const label of FINE_LABELS) expect(fineLabelOf(answerOfLabel(label))).toBe(label);
});

test('what an answer teaches depends on what is asked', () => {
  const classes = Object.fromEntries(
    MODEL_TYPES.map((type) => [type, ANSWERS.map((answer) => `${answer} ${classOf(type, answer) ?? '-'}`)]),
  );
  expect(classes).toEqual({
    galactic: ['galactic 1', 'not_galactic 0', 'skip -', 'agn 0', 'varstar 1', 'bogus -', 'unclear -'],
    real: ['galactic 1', 'not_galactic 1', 'skip -', 'agn 1', 'varstar 1', 'bogus 0', 'unclear 1'],
    transient: ['galactic 1', 'not_galactic 1', 'skip -', 'agn 0', 'varstar 0', 'bogus -', 'unclear -'],
  });
  expect(answersOfClass('transient', 0)).toEqual(['agn', 'varstar']);
  expect([isAnswer('agn'), isAnswer('real')]).toEqual([true, false]);
});
