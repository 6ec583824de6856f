import { describe, expect, test } from 'vitest';
import {
  type EvaluatedLabel,
  evaluateRound,
} from '../../../../src/pipeline/learning/accuracy/round-evaluation.ts';
import { createEngine } from '../../../../src/pipeline/learning/engines/engines.ts';
import { madeUpTable } from '../made-up-table.ts';

const label = (over: Partial<EvaluatedLabel>): EvaluatedLabel => ({
  y: 1,
  objectId: 'ZTF25aaa',
  round: 1,
  drawn: 'random',
  q: 0.01,
  poolSize: 100,
  probabilityBefore: null,
  ...over,
});

describe('what a round reports', () => {
  // Four drawn at random (three of them right out of bag), then two hard ones chosen by uncertainty.
  const labels = [
    label({ y: 1 }),
    label({ y: 1 }),
    label({ y: 0 }),
    label({ y: 1 }),
    label({ y: 0, round: 2, drawn: 'uncertainty', q: null, probabilityBefore: 0.51 }),
    label({ y: 1, round: 2, drawn: 'uncertainty', q: null, probabilityBefore: 0.5 }),
  ];
  const outOfBag = [0.9, 0.8, 0.3, 0.4, 0.9, 0.1];
  const training = [0.99, 0.97, 0.04, 0.9, 0.02, 0.3];
  const evaluation = evaluateRound({ labels, outOfBag, training });

  test('counts the labels by class', () => {
    expect(evaluation).toMatchObject({ labels: 6, positive: 4, negative: 2 });
  });

  test('only labels drawn at random correct what the model expects of all objects', () => {
    const { honest } = evaluation;
    expect(honest).toMatchObject({ estimator: 'random-labels', n: 4, objects: 6 });
    // Of all six it expects to be right 0.8 of the time; of the four it expects three, and three it is: so
    // the scaling of what it expects changes next to nothing.
    expect(honest?.accuracy).toBeCloseTo(0.8, 3);
    // Expected galactic 3.4 of 6; of the four 2.4 where there are three: 0.72, but for what is cut at none.
    expect(honest?.majorityRate).toBeCloseTo(0.71, 2);
    expect(honest?.nEff).toBeLessThan(4);
    expect(honest?.interval.low).toBeLessThan(0.4);
    expect(honest?.interval.high).toBeGreaterThan(0.95);
  });

  test('training accuracy is over all labels, agreement before over the latest batch', () => {
    expect(evaluation.trainingAccuracy).toBeCloseTo(5 / 6, 12);
    expect(evaluation.before).toMatchObject({ n: 2, agreed: 1, rate: 0.5 });
  });

  test('every figure is by the decision: training accuracy and agreement too', () => {
    const rare = [
      label({ y: 1 }),
      ...[1, 2, 3, 4, 5, 6].map(() => label({ y: 0 })),
      label({ y: 1, round: 2, probabilityBefore: 0.3 }),
    ];
    const unseen = [0.4, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.4];
    const by = (decision: 'accuracy' | 'balanced') =>
      evaluateRound({ labels: rare, outOfBag: unseen, training: unseen, decision, thresholdBefore: 0.1 });
    expect(by('accuracy')).toMatchObject({ trainingAccuracy: 0.75, decision: { threshold: 0.5 } });
    expect(by('balanced')).toMatchObject({ trainingAccuracy: 1, decision: { rule: 'balanced' } });
    expect(by('balanced').before).toMatchObject({ n: 1, agreed: 1 });
  });

  test('answers of people who could see what the model thinks are no agreement', () => {
    const seen = labels.map((one, i) => (i === 5 ? { ...one, blind: false } : one));
    expect(evaluateRound({ labels: seen, outOfBag, training }).before).toMatchObject({ n: 1, agreed: 0 });
    const allSeen = labels.map((one) => ({ ...one, blind: false }));
    expect(evaluateRound({ labels: allSeen, outOfBag, training }).before).toBeNull();
  });

  test('a label that every tree has seen does not count', () => {
    const { honest } = evaluateRound({ labels, outOfBag: [Number.NaN, ...outOfBag.slice(1)], training });
    expect(honest?.n).toBe(3);
  });

  test('the first round has no agreement before, and without random labels there is no accuracy', () => {
    expect(
      evaluateRound({
        labels: labels.slice(0, 4),
        outOfBag: outOfBag.slice(0, 4),
        training: training.slice(0, 4),
      }).before,
    ).toBeNull();
    const none = evaluateRound({ labels: labels.slice(4), outOfBag: [0.9, 0.1], training: [0.02, 0.3] });
    expect(none.honest).toBeNull();
    expect(evaluateRound({ labels: [], outOfBag: [], training: [] })).toMatchObject({
      labels: 0,
      honest: null,
      trainingAccuracy: null,
    });
  });

  test('lists that do not belong together are an error', () => {
    expect(() => evaluateRound({ labels, outOfBag: [0.5], training })).toThrow('6 labels, 1 out-of-bag');
  });
});

test('of a real model on noise: training accuracy shines, the honest accuracy does not', () => {
  const { x } = madeUpTable(60, 1);
  const other = madeUpTable(60, 2);
  const fit = createEngine('ml-random-forest').fit(x, other.y, { seed: 1 });
  const { honest, trainingAccuracy } = evaluateRound({
    labels: Array.from(other.y, (y, i) => label({ y: y === 1 ? 1 : 0, objectId: `${i}` })),
    outOfBag: fit.outOfBag,
    training: fit.model.predict(x),
  });
  expect(trainingAccuracy).toBeGreaterThan(0.97);
  expect(honest?.accuracy).toBeLessThan(0.7);
  expect(honest?.interval.low).toBeLessThan(honest?.majorityRate ?? 0);
});
