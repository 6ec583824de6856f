/** A fault of the next calls of a method. `F` is the union of possible outcomes. */
export interface CallFault<F extends Fate> {
  /** The method's name; null: any name not among `ownNames`. */
  readonly method: string | null;
  /** Calls left; null: until it is lifted. */
  readonly calls: number | null;
  /** End time, ms since 1970; null: never. */
  readonly until: number | null;
  readonly fate: F;
}

/** Outcomes that every chat's calls can have; each chat adds its refusals. */
export type Fate =
  | { readonly kind: string }
  /** The answer comes this many ms later; other faults may apply too. */
  | SlowFate;

export interface SlowFate {
  readonly kind: 'slow';
  readonly ms: number;
}

/** A call's outcome: its delay, and what replaces its answer. */
export interface CallFate<F extends Fate> {
  readonly fate: Exclude<F, { kind: 'slow' }> | null;
  readonly delayMs: number;
  /** The remaining faults. */
  readonly left: readonly CallFault<F>[];
}

const isSlow = (fate: Fate): fate is SlowFate => fate.kind === 'slow';

/** Faults whose count or time is not used up. `now` in ms since 1970. */
export const liveFaults = <F extends Fate>(faults: readonly CallFault<F>[], now: number): CallFault<F>[] =>
  faults.filter(({ calls, until }) => (calls === null || calls > 0) && (until === null || until > now));

/**
 * Decides one call's outcome: the first fault that fits, whose count goes down. A fault of any method leaves out
 * the names in `ownNames`.
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
 * Adds a fault after the others. A count of 0 instead removes those of the same kind and method; a second delay
 * replaces the first.
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

/** A fault as requested by a test: JSON writes a count of Infinity as null. */
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
