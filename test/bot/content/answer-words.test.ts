import { expect, test } from 'vitest';
import {
  answerWords,
  buttonAnswers,
  menuAnswers,
  questionWords,
  truthButton,
} from '../../../src/bot/content/answer-words.ts';
import { ANSWERS, answerOfLabel, classOf } from '../../../src/pipeline/learning/answers.ts';
import { FINE_LABELS, MODEL_TYPES } from '../../../src/pipeline/learning/label-maps.ts';

test('a card of every model type offers every answer once, with what it counts as', () => {
  const cards = MODEL_TYPES.map((type) => [
    questionWords(type),
    buttonAnswers(type)
      .map(({ name }) => name)
      .join(' | '),
    menuAnswers(type)
      .map(({ name, meaning }) => `${name}: ${meaning}`)
      .join(' | '),
  ]);
  expect(cards).toEqual([
    [
      'galactic or not?',
      'Galactic | Not galactic | Skip',
      'AGN: not galactic | Variable star: galactic | Bogus: no class | Real but unclear: no class',
    ],
    [
      'real or bogus?',
      'Real | Bogus | Skip',
      'Galactic: real | Not galactic: real | AGN: real | Variable star: real',
    ],
    [
      'transient or not?',
      'Galactic transient | Extragalactic transient | Variable star | AGN | Skip',
      'Bogus: no class | Real but unclear: no class',
    ],
  ]);
  for (const type of MODEL_TYPES) {
    const offered = [...buttonAnswers(type), ...menuAnswers(type)].map(({ answer }) => answer);
    expect(offered.toSorted()).toEqual([...ANSWERS].sort());
    expect(new Set(ANSWERS.map((answer) => answerWords(type, answer))).size).toBe(ANSWERS.length);
  }
});

test('the truth about an object has a button in every model type that has a class for it', () => {
  for (const type of MODEL_TYPES) {
    const buttons = buttonAnswers(type).map(({ answer }) => answer);
    for (const label of FINE_LABELS) {
      const truth = answerOfLabel(label);
      const pressed = truthButton(type, truth);
      expect(buttons).toContain(pressed);
      expect(classOf(type, pressed)).toBe(classOf(type, truth));
    }
  }
  expect(truthButton('galactic', 'agn')).toBe('not_galactic');
  expect(truthButton('real', 'agn')).toBe('unclear');
  expect(truthButton('transient', 'agn')).toBe('agn');
  expect(truthButton('galactic', 'bogus')).toBe('skip');
});
