import { type SweepResult, sweepKills } from '../test/helpers/kill-sweep.ts';

export const name = 'kill-sweep';

/**
 * SIGKILL after every store write and every outgoing call of a whole scenario, from the pull to the digest: how
 * many points there are, at how many it was killed, and what was not as it must be afterwards.
 */
export const run = (): Promise<SweepResult> =>
  sweepKills({ points: 'all', seed: 1, perScenario: 20, atOnce: 2 });
