import * as kit from 'sandbox-kit/call-faults';

/** Outcomes of a call of the Web API, an upload, a response_url or a Socket Mode handshake. */
export type Fate =
  /** 429 with this `Retry-After`, whatever it says; null: without one. */
  | { readonly kind: 'rate-limited'; readonly retryAfter: number | string | null }
  /** An answer with `ok: false` and this error name. */
  | { readonly kind: 'error'; readonly error: string }
  /** An HTTP status with a page, as what stands before Slack answers with. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut before anything is done. */
  | { readonly kind: 'cut' }
  /** The call is carried out, then the connection is cut before the answer. */
  | { readonly kind: 'lost' }
  /** The call is carried out, and half of the answer arrives, with status 200: what stands between ended it. */
  | { readonly kind: 'torn' }
  /** Nothing is done: what stands between answers with status 200 and a page of its own. */
  | { readonly kind: 'foreign' }
  /** The connection is cut at once, and a Web API method is carried out this many ms later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The answer comes this many ms later; other faults may apply too. */
  | { readonly kind: 'slow'; readonly ms: number };

/**
 * The calls that a fault applies to: a method, `upload`, `response_url`, `link` (a Socket Mode handshake) or
 * `slack_file` (blocks that name one are refused); null: any method of the Web API.
 */
export type CallFault = kit.CallFault<Fate>;

/** Faults that the sandbox shows; counts go down with use. */
export interface FaultState {
  /** The first one that fits decides. */
  readonly calls: readonly CallFault[];
  /** The error for every call with this token, such as `token_revoked`; null: the token is valid. */
  readonly tokens: { readonly bot: string | null; readonly app: string | null };
  /** Whether Socket Mode is on in the app's settings. */
  readonly socketMode: boolean;
  readonly duplicateEnvelopes: number;
  readonly refuseUploads: boolean;
  readonly refuseBlockTypes: readonly string[];
}

export interface FaultBox {
  readonly state: () => FaultState;
  readonly set: (change: Partial<FaultState>) => void;
  /** Decides one call's outcome, unless it is answered as usual, and counts down. */
  readonly fateOf: (method: string) => {
    readonly fate: Exclude<Fate, { kind: 'slow' }> | null;
    delayMs: number;
  };
  readonly takeDuplicate: () => boolean;
}

export const noFaults: FaultState = {
  calls: [],
  tokens: { bot: null, app: null },
  socketMode: true,
  duplicateEnvelopes: 0,
  refuseUploads: false,
  refuseBlockTypes: [],
};

/** Names that are not Web API methods, so "any method" leaves them out. */
const OWN_NAMES = ['upload', 'response_url', 'link', 'slack_file'];

/** `now` in ms since 1970. */
export const createFaults = (onChange: () => void, now: () => number = Date.now): FaultBox => {
  let state = noFaults;
  const set = (change: Partial<FaultState>): void => {
    state = { ...state, ...change };
    onChange();
  };
  return {
    state: () => ({ ...state, calls: kit.liveFaults(state.calls, now()) }),
    set,
    fateOf: (method) => {
      const { left, ...met } = kit.fateOfCall(state.calls, method, OWN_NAMES, now());
      if (left !== state.calls) set({ calls: left });
      return met;
    },
    takeDuplicate: () => {
      if (state.duplicateEnvelopes === 0) return false;
      set({ duplicateEnvelopes: state.duplicateEnvelopes - 1 });
      return true;
    },
  };
};
