/**
 * Damerau-Levenshtein distance (optimal string alignment): how many letters to insert, leave out, change or
 * swap with their neighbour to come from one word to the other.
 */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

/** The word that was probably meant, or null where none is near: at most two letters off, or a beginning. */
export const nearestWord = (word: string, words: readonly string[]): string | null => {
  const begun = word.length >= 2 ? words.find((one) => one.startsWith(word)) : undefined;
  if (begun !== undefined) return begun;
  const near = words
    .map((one) => ({ one, distance: editDistance(word, one) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= Math.min(2, Math.ceil(near.one.length / 2)) ? near.one : null;
};
