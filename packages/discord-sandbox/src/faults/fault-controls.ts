import { callFault, withCallFault } from 'sandbox-kit/call-faults';
import { z } from 'zod';
import type { SandboxFaults } from '../controls.ts';
import { type Fate, type FaultState, noFaults } from './faults.ts';

/** Faults that are a single event. */
export const faultEventSchema = z.discriminatedUnion('name', [
  z.object({
    name: z.enum([
      'dropConnections',
      'silenceConnections',
      'askReconnect',
      'expireInteractions',
      'forgetNonces',
      'comeBack',
    ]),
  }),
  z.object({ name: z.literal('invalidateSessions'), resumable: z.boolean() }),
  z.object({ name: z.literal('closeConnections'), code: z.number() }),
  z.object({ name: z.literal('spendIdentifies'), left: z.number() }),
  z.object({ name: z.literal('goAway'), forMs: z.number().positive().optional() }),
]);

export type FaultEvent = z.infer<typeof faultEventSchema>;

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
    rateLimitNext: (calls, { method, retryAfter = 1, scope = 'user' } = {}) =>
      add({ kind: 'rate-limited', retryAfter, scope }, { calls, method }),
    failNext: (
      calls,
      { code, message = 'Refused', status = code === undefined ? 500 : 403, cut, ...which },
    ) =>
      add(
        cut === true
          ? { kind: 'cut' }
          : code === undefined
            ? { kind: 'status', status }
            : { kind: 'error', status, code, message },
        { calls, ...which },
      ),
    loseNextAnswer: (calls, method) => add({ kind: 'lost' }, { calls, method }),
    slowAnswers: (ms, method) =>
      add({ kind: 'slow', ms }, { calls: ms === 0 ? 0 : Number.POSITIVE_INFINITY, method }),
    lift: async (method) =>
      to.set({ calls: (await to.state()).calls.filter((fault) => fault.method !== (method ?? null)) }),
    refuseToken: (refuse) => to.set({ refuseToken: refuse }),
    acknowledgeHeartbeats: (acknowledge) => to.set({ acknowledgeHeartbeats: acknowledge }),
    delayReady: (ms) => to.set({ readyDelayMs: ms }),
    loseNextInteractions: (count) => to.set({ loseInteractions: count }),
    dropConnections: () => to.happen({ name: 'dropConnections' }),
    silenceConnections: () => to.happen({ name: 'silenceConnections' }),
    closeConnections: (code) => to.happen({ name: 'closeConnections', code }),
    askReconnect: () => to.happen({ name: 'askReconnect' }),
    invalidateSessions: (resumable = false) => to.happen({ name: 'invalidateSessions', resumable }),
    spendIdentifies: (left) => to.happen({ name: 'spendIdentifies', left }),
    expireInteractions: () => to.happen({ name: 'expireInteractions' }),
    forgetNonces: () => to.happen({ name: 'forgetNonces' }),
    goAway: (forMs) => to.happen({ name: 'goAway', ...(forMs === undefined ? {} : { forMs }) }),
    comeBack: () => to.happen({ name: 'comeBack' }),
  };
};
