import { separationArcsec } from '../../enrich/sky-position.ts';

/** A row of a table as text, by column; null is missing. */
export type TextRow = ReadonlyMap<string, string | null>;

/** Which rows of a table are about one object. */
export interface RowGroups {
  /** A name for each row; rows of one object have the same. */
  readonly groups: readonly string[];
  /** What grouped the rows, in words: "objectId" or "positions within 1.5 arcsec"; empty if nothing did. */
  readonly by: readonly string[];
  /** A reason to doubt that rows of one object are together; null if there is none. */
  readonly warning: string | null;
}

/** Positions this close are of one object, arcsec. */
const SAME_PLACE_ARCSEC = 1.5;

/** Rows of one id: a column with more for each id names something larger (a night, a field). */
const MOST_ROWS_OF_AN_ID = 50;

/** From this share of rows that look like another's, there is something to warn of. */
const REPEATED_SHARE = 0.02;

/** Whether a column's name says that it identifies a row rather than describes it. */
export const isIdColumn = (name: string): boolean =>
  /(^|[_:\s])(id|candid|objectid)$/i.test(name) || /[a-z]I[dD]$/.test(name);

/**
 * Puts rows of one object together: those with the same value in a column of ids, and those within 1.5 arcsec of
 * each other. With a column named, by that one alone; 'none' leaves every row by itself.
 */
export const groupTableRows = (
  rows: readonly TextRow[],
  { group, features }: { readonly group: string | null; readonly features: readonly string[] },
): RowGroups => {
  if (group === 'none' && rows[0]?.has(group) !== true) {
    return { groups: rows.map((_, i) => String(i)), by: [], warning: null };
  }
  if (group !== null) {
    return { groups: rows.map((row) => row.get(group) ?? ''), by: [group], warning: null };
  }
  const sets = disjointSets(rows.length);
  const by = [...(rows[0]?.keys() ?? [])].filter((name) => isIdColumn(name) && joinById(rows, name, sets));
  if (joinByPosition(rows, sets)) by.push(`positions within ${SAME_PLACE_ARCSEC} arcsec`);
  // By the object's own id where there is one, so that it is known in other tables too.
  const id = by.find(isIdColumn) ?? [...(rows[0]?.keys() ?? [])].find((name) => namesObjects(rows, name));
  const nameOf = (root: number): string => (id === undefined ? null : rows[root]?.get(id)) ?? `row ${root}`;
  const groups = rows.map((_, i) => nameOf(sets.find(i)));
  return { groups, by, warning: by.length > 0 ? null : repeatsWarning(rows, features) };
};

interface DisjointSets {
  find(i: number): number;
  join(i: number, j: number): void;
}

const disjointSets = (size: number): DisjointSets => {
  const parent = Int32Array.from({ length: size }, (_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = i; at !== root; ) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  return {
    find,
    join: (i, j) => {
      const [a, b] = [find(i), find(j)];
      parent[Math.max(a, b)] = Math.min(a, b);
    },
  };
};

const isMissing = (text: string | null | undefined): boolean =>
  text === null || text === undefined || /^(\s*|nan|null|-1)$/i.test(text);

/** True when the ids of a column repeat, as those of objects do. */
const joinById = (rows: readonly TextRow[], name: string, sets: DisjointSets): boolean => {
  const places = Map.groupBy(rows.keys(), (i) => rows[i]?.get(name) ?? '');
  const named = [...places].filter(([id]) => !isMissing(id)).map(([, of]) => of);
  const most = named.reduce((largest, of) => Math.max(largest, of.length), 0);
  if (most < 2 || most > MOST_ROWS_OF_AN_ID) return false;
  for (const [first = 0, ...others] of named) for (const other of others) sets.join(first, other);
  return true;
};

/** Whether a column has an id of its own for every row, and not an alert's. */
const namesObjects = (rows: readonly TextRow[], name: string): boolean =>
  isIdColumn(name) &&
  !/candid$/i.test(name) &&
  new Set(rows.map((row) => row.get(name))).size === rows.length;

/** True when some rows have nearly the same position. */
const joinByPosition = (rows: readonly TextRow[], sets: DisjointSets): boolean => {
  const columns = [...(rows[0]?.keys() ?? [])];
  const named = (pattern: RegExp): string => columns.find((name) => pattern.test(name)) ?? '';
  const [raName, decName] = [named(/^(\w:)?ra$/i), named(/^(\w:)?dec$/i)];
  const placed = [...rows.entries()]
    .filter(([, row]) => !isMissing(row.get(raName)) && !isMissing(row.get(decName)))
    .map(([i, row]) => ({ i, ra: Number(row.get(raName)), dec: Number(row.get(decName)) }))
    .filter(({ ra, dec }) => Number.isFinite(ra) && Math.abs(dec) <= 90)
    .sort((a, b) => a.dec - b.dec);
  let found = false;
  placed.forEach((place, k) => {
    for (let next = k + 1; next < placed.length; next++) {
      const other = placed[next];
      if (!other || (other.dec - place.dec) * 3600 > SAME_PLACE_ARCSEC) return;
      if (separationArcsec(place, other) > SAME_PLACE_ARCSEC) continue;
      sets.join(place.i, other.i);
      found = true;
    }
  });
  return found;
};

/**
 * Repeated rows that nothing groups. Measured values of many digits repeat only within an object, so two rows
 * that share two of them are taken to be of one object.
 */
const repeatsWarning = (rows: readonly TextRow[], features: readonly string[]): string | null => {
  const exact = features.filter((name) => isExact(rows, name));
  const shared = new Int32Array(rows.length);
  for (const name of exact) {
    for (const of of Map.groupBy(rows.keys(), (i) => rows[i]?.get(name) ?? '').values()) {
      if (of.length < 2 || isMissing(rows[of[0] ?? 0]?.get(name))) continue;
      for (const i of of) shared[i] = (shared[i] ?? 0) + 1;
    }
  }
  const repeated = shared.filter((count) => count >= Math.min(2, exact.length)).length;
  if (exact.length === 0 || repeated < Math.max(2, REPEATED_SHARE * rows.length)) return null;
  return `${repeated} of ${rows.length} rows share measured values with another row, as rows of one object do, and no column says which belong together: name one with --group, or the accuracy is of objects that the model has seen.`;
};

/** Whether a column holds measured values: many digits, and most of them different. */
const isExact = (rows: readonly TextRow[], name: string): boolean => {
  const values = rows.map((row) => row.get(name) ?? null).filter((text) => !isMissing(text));
  const digits = values.filter(
    (text) => (text ?? '').replace(/e.*$/i, '').replace(/[^0-9]|^[0.]+/g, '').length >= 5,
  );
  return (
    values.length > 0 && digits.length > 0.8 * values.length && new Set(values).size > values.length / 10
  );
};
