import { type LoadResult, playLoad } from '../test/helpers/load.ts';

export const name = 'load';

const CROWD = { people: 200, candidates: 50, seconds: 10 };

/**
 * A crowd that clicks on one round's cards over real sockets: clicks offered, acknowledged and lost, milliseconds
 * to the acknowledgement, and the service's use of resources.
 */
export const run = async (): Promise<Record<string, LoadResult | object>> => ({
  'people on cards': CROWD,
  'busy: 2,000 clicks': await playLoad({ ...CROWD, clicks: 2_000 }),
  'flooded: 20,000 clicks': await playLoad({ ...CROWD, clicks: 20_000 }),
  bar: { lost: 0, 'busy p99, ms': 500, 'busy headersIn2s': 1, 'flooded peakMb': 600 },
});
