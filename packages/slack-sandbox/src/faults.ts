/** Faults that the sandbox can be told to show; every count goes down as it is used up. */
export interface FaultState {
  readonly rateLimit: { readonly calls: number; readonly method: string | null; readonly retryAfter: number };
  readonly fail: {
    readonly calls: number;
    readonly method: string | null;
    readonly error: string | null;
    readonly status: number;
  };
  readonly loseAnswer: { readonly calls: number; readonly method: string | null };
  readonly slowAnswers: { readonly ms: number; readonly method: string | null };
  readonly duplicateEnvelopes: number;
  readonly refuseUploads: boolean;
  readonly refuseBlockTypes: readonly string[];
}

/** What happens to one call. `lose`: it is performed, and the connection dies before the answer. */
export interface CallFate {
  readonly rateLimited: number | null;
  readonly error: string | null;
  readonly status: number | null;
  readonly lose: boolean;
  readonly delayMs: number;
}

export interface FaultBox {
  readonly state: () => FaultState;
  readonly set: (change: Partial<FaultState>) => void;
  /** Decides one call's fate and uses the counts up. */
  readonly fateOf: (method: string) => CallFate;
  readonly takeDuplicate: () => boolean;
}

export const noFaults: FaultState = {
  rateLimit: { calls: 0, method: null, retryAfter: 1 },
  fail: { calls: 0, method: null, error: null, status: 500 },
  loseAnswer: { calls: 0, method: null },
  slowAnswers: { ms: 0, method: null },
  duplicateEnvelopes: 0,
  refuseUploads: false,
  refuseBlockTypes: [],
};

export const createFaults = (onChange: () => void): FaultBox => {
  let state = noFaults;
  const set = (change: Partial<FaultState>): void => {
    state = { ...state, ...change };
    onChange();
  };
  const applies = (fault: { readonly method: string | null }, method: string): boolean =>
    fault.method === null || fault.method === method;
  return {
    state: () => state,
    set,
    fateOf: (method) => {
      const { rateLimit, fail, loseAnswer, slowAnswers } = state;
      const delayMs = applies(slowAnswers, method) ? slowAnswers.ms : 0;
      const fate = { rateLimited: null, error: null, status: null, lose: false, delayMs };
      if (rateLimit.calls > 0 && applies(rateLimit, method)) {
        set({ rateLimit: { ...rateLimit, calls: rateLimit.calls - 1 } });
        return { ...fate, rateLimited: rateLimit.retryAfter };
      }
      if (fail.calls > 0 && applies(fail, method)) {
        set({ fail: { ...fail, calls: fail.calls - 1 } });
        return fail.error === null ? { ...fate, status: fail.status } : { ...fate, error: fail.error };
      }
      if (loseAnswer.calls > 0 && applies(loseAnswer, method)) {
        set({ loseAnswer: { ...loseAnswer, calls: loseAnswer.calls - 1 } });
        return { ...fate, lose: true };
      }
      return fate;
    },
    takeDuplicate: () => {
      if (state.duplicateEnvelopes === 0) return false;
      set({ duplicateEnvelopes: state.duplicateEnvelopes - 1 });
      return true;
    },
  };
};
