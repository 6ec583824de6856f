import type { SandboxFaults } from './controls.ts';
import { type FaultState, noFaults } from './faults.ts';

/** Faults that happen once, when they are asked for. */
export type FaultEvent = 'dropConnections' | 'refreshConnections' | 'expireTriggers' | 'expireResponseUrls';

/** The faults by name, over whatever reaches the sandbox: its own parts, or HTTP. */
export const createFaultControls = (to: {
  readonly state: () => Promise<FaultState>;
  readonly set: (change: Partial<FaultState>) => Promise<void>;
  readonly happen: (event: FaultEvent, which: 'one' | 'all') => Promise<void>;
}): SandboxFaults => ({
  state: to.state,
  set: to.set,
  clear: () => to.set(noFaults),
  rateLimitNext: (calls, method, retryAfter = 1) =>
    to.set({ rateLimit: { calls, method: method ?? null, retryAfter } }),
  failNext: (calls, { method, error, status = 500 }) =>
    to.set({ fail: { calls, method: method ?? null, error: error ?? null, status } }),
  loseNextAnswer: (calls, method) => to.set({ loseAnswer: { calls, method: method ?? null } }),
  slowAnswers: (ms, method) => to.set({ slowAnswers: { ms, method: method ?? null } }),
  duplicateNextEnvelopes: (count) => to.set({ duplicateEnvelopes: count }),
  refuseUploads: (refuse) => to.set({ refuseUploads: refuse }),
  refuseBlockTypes: (types) => to.set({ refuseBlockTypes: types }),
  dropConnections: () => to.happen('dropConnections', 'all'),
  refreshConnections: (which = 'one') => to.happen('refreshConnections', which),
  expireTriggers: () => to.happen('expireTriggers', 'all'),
  expireResponseUrls: () => to.happen('expireResponseUrls', 'all'),
});
