import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../../src/pipeline/ingest/kafka/progress.ts';

const plan = [
  { partition: 0, start: 10n, end: 20n },
  { partition: 3, start: 0n, end: 5n },
];

describe('the progress of a pull', () => {
  it('wants the plan, each message once', () => {
    const progress = createProgress(plan);
    expect(progress.wants(0, 9n)).toBe(false);
    expect(progress.wants(0, 10n)).toBe(true);
    expect(progress.wants(0, 20n)).toBe(false);
    expect(progress.wants(1, 10n)).toBe(false);
    progress.delivered(0, 14n);
    // The broker sends them again after a rebalance.
    expect(progress.wants(0, 12n)).toBe(false);
    expect(progress.wants(0, 15n)).toBe(true);
    expect(progress.position(0)).toBe(15n);
  });

  it('may commit what is stored, not what is only handed over', () => {
    const progress = createProgress(plan);
    progress.delivered(0, 12n);
    progress.delivered(0, 15n);
    expect(progress.uncommitted()).toEqual([]);
    progress.stored(0, 12n);
    expect(progress.uncommitted()).toEqual([{ partition: 0, offset: 13n }]);
    progress.committed([{ partition: 0, offset: 13n }]);
    expect(progress.uncommitted()).toEqual([]);
  });

  it('never commits beyond a batch that is handed over and not stored, whatever was passed', () => {
    const progress = createProgress(plan);
    progress.delivered(0, 12n);
    progress.passed(0, 19n);
    expect(progress.uncommitted()).toEqual([]);
    progress.stored(0, 12n);
    // Offsets 13 to 19 hold nothing to read.
    expect(progress.uncommitted()).toEqual([{ partition: 0, offset: 20n }]);
  });

  it('is at its end when every partition is, and never beyond it', () => {
    const progress = createProgress(plan);
    expect(progress.left()).toBe(15);
    progress.passed(3, 30n);
    expect(progress.pending()).toEqual([0]);
    progress.delivered(0, 19n);
    expect(progress.pending()).toEqual([]);
    expect(progress.left()).toBe(0);
    progress.stored(0, 19n);
    expect(progress.uncommitted()).toEqual([
      { partition: 0, offset: 20n },
      { partition: 3, offset: 5n },
    ]);
  });

  it('goes on where a session that was lost had come to, not where it was committed', () => {
    const progress = createProgress(plan);
    progress.delivered(0, 15n);
    progress.passed(0, 11n);
    progress.stored(0, 11n);
    expect(progress.position(0)).toBe(16n);
    expect(progress.uncommitted()).toEqual([{ partition: 0, offset: 12n }]);
  });

  it('begins where the group has come to meanwhile, unless what it had committed cannot be read', () => {
    const progress = createProgress([
      { partition: 0, start: 10n, end: 20n, isGroups: true },
      { partition: 3, start: 7n, end: 9n, isGroups: false },
    ]);
    expect(progress.seekTo(0)).toBeNull();
    expect(progress.seekTo(3)).toBe(7n);
    // A session that is lost goes on where it had come to.
    progress.delivered(0, 12n);
    expect(progress.seekTo(0)).toBe(13n);
  });
});
