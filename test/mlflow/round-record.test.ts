import { describe, expect, test } from 'vitest';
import { roundRecord } from '../../src/mlflow/round-record.ts';
import { readTrackingWork, writeTrackingWork } from '../../src/mlflow/tracking-work.ts';
import { trainedRound } from './trained-round.ts';

const { input } = trainedRound({ round: 2, labels: 40 });
const record = roundRecord(input);
const file = (path: string): string[] =>
  record.files
    .find((candidate) => candidate.path === path)
    ?.text.trimEnd()
    .split('\n') ?? [];

describe('a round as it is logged', () => {
  test('is a run by the name of its round and strategy, its metrics at the number of labels', () => {
    expect(record).toMatchObject({
      runName: 'round_2_uncertainty',
      step: 40,
      round: 2,
      experiment: 'finkvra-galactic',
    });
    expect(record.metrics).toMatchObject({
      labels: 40,
      galactic: input.evaluation.positive,
      accuracy: input.evaluation.honest?.accuracy,
      accuracy_low: input.evaluation.honest?.interval.low,
      accuracy_high: input.evaluation.honest?.interval.high,
      majority_rate: input.evaluation.honest?.majorityRate,
      roc_auc: input.evaluation.honest?.metrics.rocAuc,
      training_accuracy: input.evaluation.trainingAccuracy,
      agreement_before: input.evaluation.before?.rate,
      training_seconds: 0.4,
    });
    expect(Object.values(record.metrics).every(Number.isFinite)).toBe(true);
  });

  test('can be found again by its key, and says in words what it is worth', () => {
    const tags = Object.fromEntries(record.tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({ 'finkvra.round_key': 'made-up-store:2', 'finkvra.round': '2' });
    expect(tags['mlflow.note.content']).toMatch(
      /^40 labels: \d+ galactic, \d+ not galactic\.\n\n\*\*Accuracy \d+\.\d %\*\*/,
    );
  });

  test('figures that do not exist are left out, not logged as zero', () => {
    const none = roundRecord({
      ...input,
      evaluation: { ...input.evaluation, honest: null, trainingAccuracy: null, before: null },
      metrics: { kappa: null, broken: Number.NaN, endless: Number.POSITIVE_INFINITY, zero: 0 },
      parameters: { unset: null, flag: false },
    });
    expect(Object.keys(none.metrics)).toEqual(['labels', 'galactic', 'not_galactic', 'zero']);
    expect(none.params.map(({ key, value }) => [key, value])).toContainEqual(['flag', 'false']);
    expect(none.params.map(({ key }) => key)).not.toContain('unset');
    expect(none.files.map(({ path }) => path)).not.toContain('confusion.csv');
    expect(none.tags.find(({ key }) => key === 'mlflow.note.content')?.value).toContain('No accuracy');
  });

  test('has its tables, row by row the same labels, candids to the last digit', () => {
    expect(file('training_ids.csv').slice(0, 2)).toEqual(['candid,round', '3034101190515015000,1']);
    expect(file('training_ids.csv').at(-1)).toBe('3034101190515015039,2');
    expect(file('X_train.csv')[0]).toBe('candid,a,b,noise,gaps');
    const ids = (path: string) =>
      file(path)
        .slice(1)
        .map((line) => line.split(',')[0]);
    expect(ids('X_train.csv')).toEqual(ids('training_ids.csv'));
    expect(ids('y_train.csv')).toEqual(ids('training_ids.csv'));
    expect(ids('labels.csv')).toEqual(ids('training_ids.csv'));
    const values = file('X_train.csv')
      .slice(1)
      .flatMap((line) => line.split(',').slice(1));
    expect(values.map((cell) => (cell === '' ? Number.NaN : Number(cell)))).toEqual([...input.x.values]);
    expect(values).toContain('');
    expect(file('labels.csv').join('\n')).toContain('"AGN, or ""other"""');
  });

  test('counts every label of the honest accuracy once in the confusion and reliability tables', () => {
    const sum = (path: string, column: number) =>
      file(path)
        .slice(1)
        .reduce((total, line) => total + Number(line.split(',')[column]), 0);
    expect(sum('confusion.csv', 2)).toBe(input.evaluation.honest?.n);
    expect(sum('reliability.csv', 2)).toBe(input.evaluation.honest?.n);
    expect(file('importance.csv')).toEqual([
      'features,kind,importance,standard_error',
      'b+gaps,permutation,0.34,0.03',
      'a,permutation,0.21,0.02',
    ]);
  });

  test('waits in the store as text and comes back the same', () => {
    expect(readTrackingWork(writeTrackingWork({ kind: 'round', record }))).toEqual({ kind: 'round', record });
    expect(() => readTrackingWork('{"kind":"round","record":{}}')).toThrow(/experiment/);
    expect(() => readTrackingWork('')).toThrow();
  });

  test('what does not fit together, or MLflow would not take, is refused at once', () => {
    expect(() => roundRecord({ ...input, labels: input.labels.slice(1) })).toThrow('39 labels for 40 rows');
    expect(() => roundRecord({ ...input, key: "it's" })).toThrow(/key cannot be/);
    expect(() => roundRecord({ ...input, parameters: { a$b: 1 } })).toThrow(/no name such as a\$b/);
    const long = roundRecord({ ...input, parameters: { names: 'x'.repeat(10_000) } });
    expect(long.params.find(({ key }) => key === 'names')?.value).toHaveLength(6000);
  });
});
