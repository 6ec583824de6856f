import type { RoundRecordInput } from '../../src/mlflow/round-record.ts';
import { evaluateRound } from '../../src/pipeline/learning/accuracy/round-evaluation.ts';
import type { TrainedModel } from '../../src/pipeline/learning/engines/classifier.ts';
import { createEngine } from '../../src/pipeline/learning/engines/engines.ts';
import { selectRows } from '../../src/pipeline/learning/feature-matrix.ts';
import type { Table } from '../pipeline/learning/atlas-table.ts';
import { madeUpTable } from '../pipeline/learning/made-up-table.ts';

export interface TrainedRound {
  readonly input: RoundRecordInput;
  readonly model: TrainedModel;
  /** The model as the store keeps it. */
  readonly saved: string;
}

export interface TrainedRoundOptions {
  readonly round?: number;
  readonly engine?: string;
  readonly labels?: number;
  readonly table?: Table;
  readonly experiment?: string;
  readonly registeredModel?: string | null;
}

/** A 64-bit candid above 2^53, where a double would lose its last digits. */
export const candidOf = (row: number): string => `${3_034_101_190_515_015_000n + BigInt(row)}`;

/** A round as the loop would log it, on the first rows of a table: really trained, really evaluated. */
export const trainedRound = (options: TrainedRoundOptions = {}): TrainedRound => {
  const { round = 1, engine = 'random-forest', labels = 40, registeredModel = null } = options;
  const table = options.table ?? madeUpTable(labels, 7);
  const rows = Array.from({ length: labels }, (_, row) => row);
  const x = selectRows(table.x, rows);
  const y = table.y.slice(0, labels);
  const groups = table.groups.slice(0, labels);
  const { model, outOfBag } = createEngine(engine).fit(x, y, { seed: round, groups });
  const training = model.predict(x);
  const drawn = 'random';
  const evaluated = rows.map((row) => ({
    y: y[row] === 1 ? (1 as const) : (0 as const),
    objectId: groups[row] ?? '',
    round: row < 30 ? 1 : round,
    drawn: 'random' as const,
    q: 1 / (500 - row),
    poolSize: 500 - row,
    probabilityBefore: row < 30 ? null : 0.4,
  }));
  return {
    model,
    saved: JSON.stringify(model.save()),
    input: {
      experiment: options.experiment ?? 'finkvra-galactic',
      key: `made-up-store:${round}`,
      round,
      strategy: 'uncertainty',
      engine,
      modelType: 'galactic',
      classes: ['not galactic', 'galactic'],
      startedAt: Date.UTC(2026, 2, round, 14, 30),
      finishedAt: Date.UTC(2026, 2, round, 16, 0),
      evaluation: evaluateRound({ labels: evaluated, outOfBag, training }),
      labels: evaluated.map((label, row) => ({
        ...label,
        candid: candidOf(row),
        answer: label.y === 1 ? 'variable star' : 'AGN, or "other"',
        labelledBy: 'Vera',
        labelledAt: '2026-03-01T15:00:00.000Z',
        drawn,
        outOfBag: outOfBag[row] ?? Number.NaN,
        training: training[row] ?? Number.NaN,
      })),
      x,
      importance: [
        { features: ['a'], kind: 'permutation', importance: 0.21, standardError: 0.02 },
        { features: ['b', 'gaps'], kind: 'permutation', importance: 0.34, standardError: 0.03 },
      ],
      registeredModel,
      parameters: { first_round_size: 30, round_size: 10, seed: round },
      metrics: { training_seconds: 0.4, pool_size: 500 },
    },
  };
};
