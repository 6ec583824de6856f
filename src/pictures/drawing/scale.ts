/** A linear map from data to picture units, with its domain. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
}

/** Maps `domain` onto `range`; either may run backwards. */
export const linearScale = (domain: readonly [number, number], range: readonly [number, number]): Scale => {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0]);
  return Object.assign((value: number) => range[0] + (value - domain[0]) * factor, { domain });
};

export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
  /** Digits after the point that the labels need. */
  readonly decimals: number;
}

/** Rounds to 1, 2, 5 or 10, whichever is nearest; the limits between them are geometric means. */
const STEPS: readonly (readonly [step: number, upTo: number])[] = [
  [1, Math.SQRT2],
  [2, Math.sqrt(10)],
  [5, Math.sqrt(50)],
];

/**
 * Round values within a domain, about `count` of them, 1, 2 or 5 times a power of ten apart (as Heckbert 1990,
 * "Nice numbers for graph labels", Graphics Gems, but with the limits between steps that d3-array uses).
 * @param leastStep no closer than this, e.g. 1 where only whole numbers make sense
 */
export const niceTicks = (domain: readonly [number, number], count: number, leastStep = 0): Ticks => {
  const [low, high] = domain[0] < domain[1] ? domain : [domain[1], domain[0]];
  const rough = Math.max((high - low) / count, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(rough));
  const [digit] = STEPS.find(([, upTo]) => rough / power < upTo) ?? [10];
  const step = Math.max(digit * power, leastStep);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toFixed(decimals)),
  );
  return { values, step, decimals };
};
