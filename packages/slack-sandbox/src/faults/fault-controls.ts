import { callFault, withCallFault } from 'sandbox-kit/call-faults';
import type { SandboxFaults } from '../controls.ts';
import { type Fate, type FaultState, noFaults } from './faults.ts';

/** Faults that are a single event. */
export type FaultEvent =
  | { readonly name: 'dropConnections' | 'expireTriggers' | 'expireResponseUrls' | 'comeBack' }
  | { readonly name: 'refreshConnections' | 'silenceConnections'; readonly which: 'one' | 'all' }
  | { readonly name: 'goAway'; readonly forMs?: number | undefined };

/** The faults by name. `to` reaches the sandbox, directly or over HTTP. */
export const createFaultControls = (to: {
  readonly state: () => Promise<FaultState>;
  readonly set: (change: Partial<FaultState>) => Promise<void>;
  readonly happen: (event: FaultEvent) => Promise<void>;
}): SandboxFaults => {
  const add = async (fate: Fate, which: Parameters<typeof callFault>[1]): Promise<void> =>
    to.set({ calls: withCallFault((await to.state()).calls, callFault(fate, which)) });
  return {
    state: to.state,
    set: to.set,
    clear: () => to.set(noFaults),
    rateLimitNext: (calls, method, retryAfter = 1) =>
      add({ kind: 'rate-limited', retryAfter }, { calls, method }),
    failNext: (calls, { error, status = 500, cut = false, ...which }) =>
      add(
        cut ? { kind: 'cut' } : error === undefined ? { kind: 'status', status } : { kind: 'error', error },
        {
          calls,
          ...which,
        },
      ),
    loseNextAnswer: (calls, method) => add({ kind: 'lost' }, { calls, method }),
    tearNextAnswer: (calls, method) => add({ kind: 'torn' }, { calls, method }),
    answerWithPage: (calls, method, forMs) => add({ kind: 'foreign' }, { calls, method, forMs }),
    carryOutLate: (calls, ms, method) => add({ kind: 'late', ms }, { calls, method }),
    slowAnswers: (ms, method) =>
      add({ kind: 'slow', ms }, { calls: ms === 0 ? 0 : Number.POSITIVE_INFINITY, method }),
    lift: async (method) =>
      to.set({ calls: (await to.state()).calls.filter((fault) => fault.method !== (method ?? null)) }),
    refuseTokens: async (error, which = 'all') => {
      const { tokens } = await to.state();
      await to.set({ tokens: which === 'all' ? { bot: error, app: error } : { ...tokens, [which]: error } });
    },
    turnSocketMode: (on) => to.set({ socketMode: on }),
    duplicateNextEnvelopes: (count) => to.set({ duplicateEnvelopes: count }),
    refuseUploads: (refuse) => to.set({ refuseUploads: refuse }),
    refuseSlackFiles: (calls, forMs) =>
      add({ kind: 'error', error: 'invalid_blocks' }, { calls, method: 'slack_file', forMs }),
    refuseBlockTypes: (types) => to.set({ refuseBlockTypes: types }),
    dropConnections: () => to.happen({ name: 'dropConnections' }),
    refreshConnections: (which = 'one') => to.happen({ name: 'refreshConnections', which }),
    silenceConnections: (which = 'all') => to.happen({ name: 'silenceConnections', which }),
    goAway: (forMs) => to.happen({ name: 'goAway', forMs }),
    comeBack: () => to.happen({ name: 'comeBack' }),
    expireTriggers: () => to.happen({ name: 'expireTriggers' }),
    expireResponseUrls: () => to.happen({ name: 'expireResponseUrls' }),
  };
};
