import { LEAVES } from './settings.ts';

/** First words of our settings that few other programs use. */
const OURS =
  /^(SLACK|DISCORD|LASAIR|SHERLOCK|REMIND|REMINDER|ROUND|ROUNDS|PULL|DIGEST|SIMULATION|SANDBOX|LABELLER|OPERATOR)_/;

/** Shorter names resemble too many words. */
const LEAST_LENGTH = 7;
const MOST_EDITS = 2;

/** Insertions, deletions, replacements and swaps of neighbours between two texts (Damerau 1964). */
const editsBetween = (a: string, b: string): number => {
  const width = b.length + 1;
  const table = new Uint8Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = 0; i <= a.length; i += 1) table[i * width] = i;
  for (let j = 0; j <= b.length; j += 1) table[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : replaced;
      table[i * width + j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
    }
  }
  return at(a.length, b.length);
};

/** The beginning of a setting's name (`KAFKA_GROUP`) counts as one typing error. */
const distance = (name: string, env: string): number =>
  env.startsWith(`${name}_`) ? 1 : editsBetween(name, env);

/** The nearest setting; null if none is similar. */
const nearestTo = (name: string): string | null => {
  const isOurs = OURS.test(name);
  let nearest: string | null = null;
  let least = isOurs ? Number.POSITIVE_INFINITY : MOST_EDITS + 1;
  for (const { env } of LEAVES) {
    // Skip the many names that are not similar.
    const far = Math.abs(env.length - name.length) > MOST_EDITS && !env.startsWith(`${name}_`);
    if (far && !isOurs) continue;
    const edits = distance(name, env);
    if (edits < least) [nearest, least] = [env, edits];
  }
  return nearest;
};

/**
 * Variables that look like misspelt settings, with the nearest one. Without this a misspelt setting would be
 * ignored silently.
 */
export const unknownSettings = (env: Readonly<Record<string, string | undefined>>): string[] => {
  const known = new Set(LEAVES.map((leaf) => leaf.env));
  return Object.keys(env).flatMap((name) => {
    const spelt = name.toUpperCase().replaceAll('-', '_');
    if (known.has(name) || env[name] === undefined || spelt.length < LEAST_LENGTH) return [];
    const nearest = nearestTo(spelt);
    return nearest === null ? [] : [`${name} is not a setting: did you mean ${nearest}?`];
  });
};
