import { type SweepResult, sweepKills } from '../test/helpers/kill-sweep.ts';

export const name = 'kill-sweep';

/**
 * SIGKILL after every store write and every outgoing call of a whole scenario, from the pull to the digest:
 * reports the number of points, of kills, and all violations found afterwards.
 */
export const run = (): Promise<SweepResult> =>
  sweepKills({ points: 'all', seed: 1, perScenario: 20, atOnce: 2 });
