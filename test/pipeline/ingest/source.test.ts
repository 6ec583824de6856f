import { describe, expect, it } from 'vitest';
import { type AlertSource, limitSource, reasonOf } from '../../../src/pipeline/ingest/source.ts';
import { simulatedSource } from '../../../src/simulation/simulated-night.ts';

const count = async (source: AlertSource): Promise<number> => {
  let packets = 0;
  for await (const { items } of source.batches()) packets += items.length;
  return packets;
};

describe('a limit', () => {
  const night = () => simulatedSource({ seed: 1, night: 3576, size: 40 });
  it.each([
    [1, 1],
    [16, 16],
    [23, 23],
    [100, 40],
  ])('of %i packets reads %i of 40', async (limit, read) => {
    const source = limitSource(night(), limit);
    expect(source.total).toBe(read);
    expect(await count(source)).toBe(read);
  });
});

describe('a reason', () => {
  it('is one line of bounded length, whatever a library put into it', () => {
    const reason = reasonOf(new Error(`invalid\n  type:\t${JSON.stringify({ x: 'y'.repeat(13_000) })}`));
    expect(reason).toMatch(/^invalid type: \{"x":"y+…$/);
    expect(reason).toHaveLength(300);
  });
});
