import { expect, test } from 'vitest';
import { answerPace } from '../../../src/loop/answers/answer-pace.ts';

/** Times at so many seconds after noon. */
const at = (...seconds: readonly number[]): string[] =>
  seconds.map((second) => new Date(Date.UTC(2026, 4, 2, 12, 0, second)).toISOString());

test('the pace is the median time between answers, whatever their order', () => {
  expect(answerPace(at(0, 10, 30, 33))).toEqual({ seconds: 10, steps: 3 });
  expect(answerPace(at(33, 0, 30, 10))).toEqual({ seconds: 10, steps: 3 });
  expect(answerPace(at(0, 10, 30, 60, 100))).toEqual({ seconds: 25, steps: 4 });
});

test('pauses of more than five minutes are no answers that took so long', () => {
  expect(answerPace(at(0, 10, 20, 30, 4000, 4008))).toEqual({ seconds: 10, steps: 4 });
});

test('of a few answers nothing is said', () => {
  expect(answerPace([])).toBeNull();
  expect(answerPace(at(0, 10, 20))).toBeNull();
  expect(answerPace(at(0, 1000, 2000, 3000))).toBeNull();
});
