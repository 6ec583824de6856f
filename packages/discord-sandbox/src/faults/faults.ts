import * as kit from 'sandbox-kit/call-faults';

/** Outcomes of an API call, by its name in routes.ts, or of a Gateway handshake (`gateway`). */
export type Fate =
  /** 429. `cloudflare`: sent before the API, as text, without bucket headers. */
  | {
      readonly kind: 'rate-limited';
      readonly retryAfter: number;
      readonly scope: 'user' | 'global' | 'shared' | 'cloudflare';
    }
  /** A refusal of the API: a status, a code and a message. */
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly message: string }
  /** An HTTP status with a page instead of JSON, such as 502. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut before anything is done. */
  | { readonly kind: 'cut' }
  /** The call is carried out, then the connection is cut before the answer. */
  | { readonly kind: 'lost' }
  | kit.SlowFate;

/** The calls that a fault applies to; null: all except Gateway handshakes. */
export type CallFault = kit.CallFault<Fate>;

/** Faults that the sandbox shows; counts go down with use. */
export interface FaultState {
  /** The first one that fits decides. */
  readonly calls: readonly CallFault[];
  /** Whether the bot's token is refused: with 401 in the API and 4004 at the Gateway. */
  readonly refuseToken: boolean;
  /** Whether heartbeats are answered. */
  readonly acknowledgeHeartbeats: boolean;
  /** Delay of READY after IDENTIFY, ms. */
  readonly readyDelayMs: number;
  /** Number of next interactions hidden from the app. */
  readonly loseInteractions: number;
}

export interface FaultBox {
  readonly state: () => FaultState;
  readonly set: (change: Partial<FaultState>) => void;
  /** Decides one call's outcome, unless it is answered as usual, and counts down. */
  readonly fateOf: (method: string) => Omit<kit.CallFate<Fate>, 'left'>;
  readonly takeLostInteraction: () => boolean;
}

export const noFaults: FaultState = {
  calls: [],
  refuseToken: false,
  acknowledgeHeartbeats: true,
  readyDelayMs: 0,
  loseInteractions: 0,
};

/** Names that a fault of any call leaves out. */
const OWN_NAMES = ['gateway'];

export const createFaults = (onChange: () => void): FaultBox => {
  let state = noFaults;
  const set = (change: Partial<FaultState>): void => {
    state = { ...state, ...change };
    onChange();
  };
  return {
    state: () => ({ ...state, calls: kit.liveFaults(state.calls, Date.now()) }),
    set,
    fateOf: (method) => {
      const { left, ...met } = kit.fateOfCall(state.calls, method, OWN_NAMES, Date.now());
      if (left !== state.calls) set({ calls: left });
      return met;
    },
    takeLostInteraction: () => {
      if (state.loseInteractions === 0) return false;
      set({ loseInteractions: state.loseInteractions - 1 });
      return true;
    },
  };
};
