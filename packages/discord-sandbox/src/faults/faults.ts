import * as kit from 'sandbox-kit/call-faults';

/** What can become of one call of the API, by its name in routes.ts, or of a Gateway handshake (`gateway`). */
export type Fate =
  /** 429. `cloudflare`: from before the API, as text, with no headers of a bucket. */
  | {
      readonly kind: 'rate-limited';
      readonly retryAfter: number;
      readonly scope: 'user' | 'global' | 'shared' | 'cloudflare';
    }
  /** A refusal of the API's own: a status, a code and a message. */
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly message: string }
  /** An HTTP status with a page instead of JSON, e.g. 502. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection dies before anything is done. */
  | { readonly kind: 'cut' }
  /** The call is carried out, and the connection dies before the answer. */
  | { readonly kind: 'lost' }
  | kit.SlowFate;

/** Which calls meet a fate; null: any but the Gateway's handshake. */
export type CallFault = kit.CallFault<Fate>;

/** Faults that the sandbox can be told to show; every count goes down as it is used up. */
export interface FaultState {
  /** The first one that fits decides. */
  readonly calls: readonly CallFault[];
  /** Whether the bot's token is refused, in the API with 401 and at the Gateway with 4004. */
  readonly refuseToken: boolean;
  /** Whether heartbeats are answered. */
  readonly acknowledgeHeartbeats: boolean;
  /** How late READY comes after IDENTIFY, in milliseconds. */
  readonly readyDelayMs: number;
  /** How many of the next interactions never reach the app. */
  readonly loseInteractions: number;
}

export interface FaultBox {
  readonly state: () => FaultState;
  readonly set: (change: Partial<FaultState>) => void;
  /** Decides one call's fate, if it is not to be answered as usual, and uses the counts up. */
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

/** What a fault of any call does not mean. */
const ownNames = ['gateway'];

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
      const { left, ...met } = kit.fateOfCall(state.calls, method, ownNames, Date.now());
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
