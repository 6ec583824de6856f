import { expect, test } from 'vitest';
import { classOfLabel, FINE_LABELS, MODEL_TYPES } from '../../../src/pipeline/learning/label-maps.ts';

test("the reference's maps: which of its six labels is which class", () => {
  const table = Object.fromEntries(
    MODEL_TYPES.map((type) => [
      type,
      FINE_LABELS.map((label) => `${label} ${classOfLabel(type, label) ?? '-'}`).join(', '),
    ]),
  );
  expect(table).toEqual({
    galactic: 'real -, extragal 0, gal 1, agn 0, bogus -, varstar 1',
    real: 'real 1, extragal 1, gal 1, agn 1, bogus 0, varstar 1',
    transient: 'real -, extragal 1, gal 1, agn 0, bogus -, varstar 0',
  });
});
