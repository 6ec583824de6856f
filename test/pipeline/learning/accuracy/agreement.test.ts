import { describe, expect, test } from 'vitest';
import { agreementBefore, cohenKappa } from '../../../../src/pipeline/learning/accuracy/agreement.ts';

describe("Cohen's kappa", () => {
  test('the worked example: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.4', () => {
    const pairs = [
      ...Array.from({ length: 20 }, () => ['yes', 'yes']),
      ...Array.from({ length: 5 }, () => ['yes', 'no']),
      ...Array.from({ length: 10 }, () => ['no', 'yes']),
      ...Array.from({ length: 15 }, () => ['no', 'no']),
    ];
    expect(
      cohenKappa(
        pairs.map(([a = '']) => a),
        pairs.map(([, b = '']) => b),
      ),
    ).toBeCloseTo(0.4, 12);
  });

  test('perfect is 1, chance is 0, always opposite is -1', () => {
    expect(cohenKappa([0, 1, 1], [0, 1, 1])).toBe(1);
    expect(cohenKappa([1, 1, 1], [1, 1, 1])).toBe(1);
    expect(cohenKappa([0, 0, 1, 1], [0, 1, 0, 1])).toBe(0);
    expect(cohenKappa([0, 1], [1, 0])).toBe(-1);
  });

  test('without items there is none, and lists of different lengths are an error', () => {
    expect(cohenKappa([], [])).toBeNull();
    expect(() => cohenKappa([1], [1, 0])).toThrow('1 answers against 2');
  });
});

describe('agreement before training', () => {
  test('counts the answers that the model had expected, with their number and interval', () => {
    const answers = [
      { y: 1, probabilityBefore: 0.55 },
      { y: 0, probabilityBefore: 0.45 },
      { y: 0, probabilityBefore: 0.52 },
      { y: 1, probabilityBefore: 0.5 },
      { y: 1, probabilityBefore: null },
    ] as const;
    const agreement = agreementBefore(answers, 0.5);
    expect(agreement).toMatchObject({ n: 4, agreed: 3, rate: 0.75 });
    expect(agreement?.interval.low).toBeCloseTo(0.3006, 3);
    expect(agreement?.interval.high).toBeCloseTo(0.9544, 3);
  });

  test('is with the classes that the model decided for, not those from one half on', () => {
    const rare = [
      { y: 1, probabilityBefore: 0.3 },
      { y: 0, probabilityBefore: 0.05 },
    ] as const;
    expect(agreementBefore(rare, 0.1)).toMatchObject({ n: 2, agreed: 2 });
    expect(agreementBefore(rare, 0.5)).toMatchObject({ n: 2, agreed: 1 });
  });

  test('the first round has none: no model chose it', () => {
    expect(agreementBefore([{ y: 1, probabilityBefore: null }], 0.5)).toBeNull();
  });
});
