import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../src/pipeline/learning/engines/engines.ts';
import { selectRows } from '../../../src/pipeline/learning/feature-matrix.ts';
import { fitWithOthers, weightOfOthers } from '../../../src/pipeline/learning/others-labels.ts';
import { madeUpTable } from './made-up-table.ts';

const engine = createEngine('extra-trees');
const own = madeUpTable(40, 1);
const others = (() => {
  const table = madeUpTable(60, 2);
  return { ...table, groups: table.groups.map((name) => `other ${name}`) };
})();

describe('labels of others beside the team’s own', () => {
  test('count 0.3 at first, and less with every label of the team’s own', () => {
    expect(weightOfOthers(0)).toBe(0.3);
    const weights = [0, 10, 30, 50, 100, 1000].map(weightOfOthers);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights.at(-1)).toBeLessThan(0.01);
  });

  test('train a model before there is a label of the team’s own', () => {
    const none = { x: selectRows(own.x, []), y: new Uint8Array(0), groups: [] };
    const fit = fitWithOthers(engine, none, others, { seed: 1 });
    expect(fit.outOfBag).toHaveLength(0);
    const p = fit.model.predict(own.x);
    const hits = [...p].filter((one, row) => one > 0.5 === (own.y[row] === 1)).length;
    expect(hits / p.length).toBeGreaterThan(0.65);
  });

  test('are no rows of what the fit says, and a few of one class of the team’s own will do', () => {
    const few = { x: selectRows(own.x, [0, 1]), y: Uint8Array.of(1, 1), groups: ['a', 'b'] };
    const fit = fitWithOthers(engine, few, others, { seed: 1 });
    expect(fit.outOfBag).toHaveLength(2);
    expect(fit.predictOutOfBag(few.x)).toEqual(fit.outOfBag);
  });

  test('are not heard of an object that has a label of the team’s own', () => {
    // Others say the opposite of all that the team says, of the same objects: with none heard it is as without.
    const contrary = { ...own, y: own.y.map((y) => 1 - y) };
    const heard = { x: selectRows(others.x, [0]), y: Uint8Array.of(1), groups: ['other'] };
    const both = {
      x: {
        ...own.x,
        rows: own.x.rows + 1,
        values: Float64Array.from([...contrary.x.values, ...heard.x.values]),
      },
      y: Uint8Array.from([...contrary.y, ...heard.y]),
      groups: [...contrary.groups, ...heard.groups],
    };
    const withContrary = fitWithOthers(engine, own, both, { seed: 4 });
    const without = fitWithOthers(engine, own, heard, { seed: 4 });
    expect([...withContrary.model.predict(own.x)]).toEqual([...without.model.predict(own.x)]);
  });
});
