import * as kit from 'sandbox-kit/call-faults';

/** What can become of one call of the Web API, an upload, a response_url or a Socket Mode handshake. */
export type Fate =
  | { readonly kind: 'rate-limited'; readonly retryAfter: number }
  /** An answer with `ok: false` and this error name. */
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'status'; readonly status: number }
  /** The connection dies before anything is done. */
  | { readonly kind: 'cut' }
  /** The call is carried out, and the connection dies before the answer. */
  | { readonly kind: 'lost' }
  /** The connection dies at once, and a method of the Web API is carried out this many milliseconds later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The answer comes this many milliseconds later; other faults may apply as well. */
  | { readonly kind: 'slow'; readonly ms: number };

/**
 * Which calls meet a fate. A method is its name, or `upload`, `response_url`, `link` (the handshake of a Socket
 * Mode connection), `slack_file` (blocks that name one are refused); null: any of the Web API's methods.
 */
export type CallFault = kit.CallFault<Fate>;

/** Faults that the sandbox can be told to show; every count goes down as it is used up. */
export interface FaultState {
  /** The first one that fits decides. */
  readonly calls: readonly CallFault[];
  /** The error that every call with this token gets, e.g. `token_revoked`; null: the token is good. */
  readonly tokens: { readonly bot: string | null; readonly app: string | null };
  /** Whether the app's settings have Socket Mode turned on. */
  readonly socketMode: boolean;
  readonly duplicateEnvelopes: number;
  readonly refuseUploads: boolean;
  readonly refuseBlockTypes: readonly string[];
}

export interface FaultBox {
  readonly state: () => FaultState;
  readonly set: (change: Partial<FaultState>) => void;
  /** Decides one call's fate, if it is not to be answered as usual, and uses the counts up. */
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

/** What is not a method of the Web API, and so not meant by "any method". */
const ownNames = ['upload', 'response_url', 'link', 'slack_file'];

/** `now` in milliseconds since 1970. */
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
      const { left, ...met } = kit.fateOfCall(state.calls, method, ownNames, now());
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
