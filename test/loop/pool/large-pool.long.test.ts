import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { fillLargePool, playLargeRound } from '../../helpers/large-pool.ts';
import { temporaryFolder } from '../../helpers/service.ts';

test('a round over a million objects: opened in 10 s, scored in 60 s and 500 MB, clicks within 250 ms', async () => {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, 'finkvra.sqlite');
    await fillLargePool(path, 1_000_000);
    const db = await openStore(path);
    const { trainAndScore, keepScores, open, skip, openUnscored } = await playLargeRound(db);
    await db.destroy();
    expect(open.seconds).toBeLessThan(10);
    expect(skip.median).toBeLessThan(50);
    expect(trainAndScore.seconds + keepScores.seconds).toBeLessThan(60);
    for (const phase of [trainAndScore, keepScores]) expect(phase.rssMb).toBeLessThan(500);
    for (const phase of [trainAndScore, keepScores, open, openUnscored])
      expect(phase.clicks.p99).toBeLessThan(250);
  } finally {
    folder.remove();
  }
});
