/** Calls that do not go as usual, of the next ones by name. `F` is what can become of a call. */
export interface CallFault<F extends Fate> {
  /** The call's name; null: any that is not among `ownNames`. */
  readonly method: string | null;
  /** How many calls are left; null: until it is lifted. */
  readonly calls: number | null;
  /** When it ends, in milliseconds since 1970; null: never. */
  readonly until: number | null;
  readonly fate: F;
}

/** What every chat's calls can meet; a chat has refusals of its own besides. */
export type Fate =
  | { readonly kind: string }
  /** The answer comes this many milliseconds later; other faults may apply as well. */
  | SlowFate;

export interface SlowFate {
  readonly kind: 'slow';
  readonly ms: number;
}

/** What a call meets: how late, and what instead of its answer. */
export interface CallFate<F extends Fate> {
  readonly fate: Exclude<F, { kind: 'slow' }> | null;
  readonly delayMs: number;
  /** The faults that are left. */
  readonly left: readonly CallFault<F>[];
}

const isSlow = (fate: Fate): fate is SlowFate => fate.kind === 'slow';

/** Faults whose count or time is not used up. `now` in milliseconds since 1970. */
export const liveFaults = <F extends Fate>(faults: readonly CallFault<F>[], now: number): CallFault<F>[] =>
  faults.filter(({ calls, until }) => (calls === null || calls > 0) && (until === null || until > now));

/**
 * Decides one call's fate: the first fault that fits, whose count goes down. Names among `ownNames` are not
 * meant by a fault of any method.
 */
export const fateOfCall = <F extends Fate>(
  faults: readonly CallFault<F>[],
  method: string,
  ownNames: readonly string[],
  now: number,
): CallFate<F> => {
  const live = liveFaults(faults, now);
  const fitting = live.filter((fault) =>
    fault.method === null ? !ownNames.includes(method) : fault.method === method,
  );
  const delayMs = Math.max(0, ...fitting.map(({ fate }) => (isSlow(fate) ? fate.ms : 0)));
  const deciding = fitting.find(({ fate }) => !isSlow(fate));
  if (deciding === undefined) return { fate: null, delayMs, left: faults };
  const { fate, calls } = deciding;
  return {
    fate: isOther(fate) ? fate : null,
    delayMs,
    left:
      calls === null
        ? faults
        : faults.map((other) => (other === deciding ? { ...deciding, calls: calls - 1 } : other)),
  };
};

const isOther = <F extends Fate>(fate: F): fate is Exclude<F, { kind: 'slow' }> => fate.kind !== 'slow';

/**
 * The list with a fault added after those that are there; a count of 0 takes away those of the same kind and
 * method instead, and a second slowness takes the first one's place.
 */
export const withCallFault = <F extends Fate>(
  faults: readonly CallFault<F>[],
  added: CallFault<F>,
): CallFault<F>[] => {
  const same = (other: CallFault<F>): boolean =>
    other.method === added.method && other.fate.kind === added.fate.kind;
  if (added.calls === 0) return faults.filter((other) => !same(other));
  const kept = isSlow(added.fate) ? faults.filter((other) => !same(other)) : faults;
  return [...kept, added];
};

/** A fault as a test asks for it: a count of Infinity is null, as JSON has no other word for it. */
export const callFault = <F extends Fate>(
  fate: F,
  {
    calls,
    method,
    forMs,
  }: { readonly calls: number; readonly method?: string | undefined; readonly forMs?: number | undefined },
): CallFault<F> => ({
  method: method ?? null,
  calls: Number.isFinite(calls) ? calls : null,
  until: forMs === undefined ? null : Date.now() + forMs,
  fate,
});
