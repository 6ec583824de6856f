import { openStore } from '../src/store/open-store.ts';
import { fillLargePool, type LargeRound, playLargeRound } from '../test/helpers/large-pool.ts';
import { temporaryFolder } from '../test/helpers/service.ts';

export const name = 'scale';

/** Objects in the pool; SCALE_OBJECTS asks for fewer. */
const OBJECTS = Number(process.env.SCALE_OBJECTS ?? 1_000_000);

/**
 * A round over a large pool: its training with the pool scored, and the next one opened, while somebody clicks
 * forty times a second. How much slower the clicks are than in a pool of a tenth stands beside it.
 */
export const run = async (): Promise<object> => {
  const played = async (objects: number): Promise<LargeRound> => {
    const folder = temporaryFolder();
    try {
      const path = `${folder.path}/finkvra.sqlite`;
      await fillLargePool(path, objects);
      const db = await openStore(path);
      try {
        return await playLargeRound(db);
      } finally {
        await db.destroy();
      }
    } finally {
      folder.remove();
    }
  };
  const small = await played(Math.ceil(OBJECTS / 10));
  const large = await played(OBJECTS);
  const ratio = (phase: Exclude<keyof LargeRound, 'skip'>): object => ({
    seconds: Number((large[phase].seconds / small[phase].seconds).toFixed(1)),
    clickMedian: Number((large[phase].clicks.median / small[phase].clicks.median).toFixed(1)),
  });
  return {
    objects: OBJECTS,
    ...large,
    'against a tenth of the objects': {
      trainAndScore: ratio('trainAndScore'),
      keepScores: ratio('keepScores'),
      open: ratio('open'),
      openUnscored: ratio('openUnscored'),
    },
    bar: { 'open, s': 10, 'skip, ms': 50, 'score and keep, s': 60, 'rss, MB': 500, 'click p99, ms': 250 },
  };
};
