import { describe, expect, it } from 'vitest';
import { linearScale, niceTicks } from '../../../src/pictures/drawing/scale.ts';

describe('niceTicks', () => {
  it.each([
    [[17.6, 20.3], 5, 0, [18, 18.5, 19, 19.5, 20]],
    [[20.3, 19.1], 5, 0, [19.2, 19.4, 19.6, 19.8, 20, 20.2]],
    [[30.6, -1.2], 7, 0, [0, 5, 10, 15, 20, 25, 30]],
    [[0, 1], 5, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[0, 3], 6, 1, [0, 1, 2, 3]],
    [[60787.6, 60818.4], 7, 1, [60790, 60795, 60800, 60805, 60810, 60815]],
    [[-0.012, 0.031], 4, 0, [-0.01, 0, 0.01, 0.02, 0.03]],
  ] as const)('of %j about %d, no closer than %d', (domain, count, least, expected) => {
    expect(niceTicks(domain, count, least).values).toEqual(expected);
  });

  it('says how many digits its labels need', () => {
    const { values, decimals } = niceTicks([19.1, 19.9], 4);
    expect(values.map((value) => value.toFixed(decimals))).toEqual(['19.2', '19.4', '19.6', '19.8']);
    expect(niceTicks([0, 300], 6).decimals).toBe(0);
  });
});

describe('linearScale', () => {
  it('maps the ends, backwards too', () => {
    const scale = linearScale([21, 18], [200, 50]);
    expect([scale(21), scale(18), scale(19.5)]).toEqual([200, 50, 125]);
    expect(scale.domain).toEqual([21, 18]);
  });
});
