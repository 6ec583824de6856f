import type { SchemaTree } from 'hyparquet';
import { getTreePath } from 'hyparquet/src/schema.js';
import { BAND_FEATURES } from '../../alert.ts';
import {
  BAND_FEATURE_RECORDS,
  CANDIDATE_FIELDS,
  EPOCH_FIELDS,
  FORCED_FIELDS,
  MANGROVE_FIELD,
  PANDAS_INDEX,
  STAMP_RECORDS,
  TOP_FIELDS,
} from '../wanted-fields.ts';
import { ARCHIVE_FIELDS, ARCHIVE_RECORDS, isArchive } from './archive-rows.ts';

/** The wanted part of a file's schema. Of a file without packets that is little or nothing. */
export interface Columns {
  /** The schema's top-level columns, with only the wanted fields in them. */
  readonly top: readonly SchemaTree[];
  /** The columns that values are stored in. */
  readonly leaves: readonly Leaf[];
  /** True for an archive of a pull (see archive-rows.ts), false for packets. */
  readonly isArchive: boolean;
  /** Names of all columns at the top, and `candidate.jd` for those of the struct `candidate`. */
  readonly names: ReadonlySet<string>;
}

export interface Leaf {
  /** Its path in the schema, joined with '.'. */
  readonly key: string;
  readonly path: readonly string[];
  /** The schema from its root to this column. */
  readonly schemaPath: SchemaTree[];
  /** Whether a row can have several values or none; then a row may go on in the next page. */
  readonly repeated: boolean;
}

const HISTORY = 'prv_candidates';
const FORCED = 'fp_hists';

/**
 * The columns that a packet's wanted fields are in: `candidate` a struct, or its fields as columns of their own
 * (`candidate.jd` or `jd`); `prv_candidates` a list of structs, whatever its levels are called; the stored
 * features and the cutouts structs.
 */
export const wantedColumns = (root: SchemaTree, options: { stamps: boolean }): Columns => {
  const names = namesOf(root);
  const archived = isArchive(names);
  const candidate = [...EPOCH_FIELDS, ...CANDIDATE_FIELDS];
  const records = new Map<string, ReadonlySet<string>>([
    ['candidate', new Set(candidate)],
    ...BAND_FEATURE_RECORDS.map((record) => [record, new Set(BAND_FEATURES)] as const),
    ...(options.stamps ? STAMP_RECORDS : []).map((record) => [record, new Set(['stampData'])] as const),
  ]);
  const structs = new Set(root.children.filter(({ children }) => children.length > 0).map(nameOf));
  const hasCandidate = root.children.some((node) =>
    candidate.some(
      (field) =>
        nameOf(node) === `candidate.${field}` ||
        (nameOf(node) === 'candidate' && node.children.some((child) => nameOf(child) === field)),
    ),
  );
  const flattened = new Set<string>([
    ...TOP_FIELDS,
    ...(names.has('candid') ? [] : [PANDAS_INDEX]),
    ...(hasCandidate ? [] : candidate),
  ]);
  const inHistory = new Set<string>(EPOCH_FIELDS);
  const inForced = new Set<string>(FORCED_FIELDS);
  const inBand = new Set<string>(BAND_FEATURES);

  const isWanted = ({ path }: SchemaTree): boolean => {
    const [first = '', ...rest] = path;
    const field = rest.at(-1) ?? '';
    if (archived) {
      return ARCHIVE_RECORDS.includes(first) ? inBand.has(field) : ARCHIVE_FIELDS.includes(first);
    }
    if (first === HISTORY) return inHistory.has(field);
    if (first === FORCED) return inForced.has(field);
    // A map's keys and values, or a struct, as the writer had it.
    if (first === MANGROVE_FIELD) return true;
    if (rest.length > 1) return false;
    if (rest.length === 1) return records.get(first)?.has(field) ?? false;
    const [record = '', dotted] = first.split('.', 2);
    if (dotted === undefined) return flattened.has(record);
    return !structs.has(record) && (records.get(record)?.has(dotted) ?? false);
  };

  const prune = (node: SchemaTree): SchemaTree[] => {
    if (node.children.length === 0) return isWanted(node) ? [node] : [];
    const children = node.children.flatMap(prune);
    return children.length === 0 ? [] : [{ ...node, children }];
  };

  const top = root.children.flatMap(prune);
  const pruned = { ...root, children: top };
  const leaves = top.flatMap(leavesOf).map(({ path }): Leaf => {
    const schemaPath = getTreePath(pruned, path);
    const repeated = schemaPath.some(({ element }) => element.repetition_type === 'REPEATED');
    return { key: path.join('.'), path, schemaPath, repeated };
  });
  return { top, leaves, names, isArchive: archived };
};

function namesOf(root: SchemaTree): Set<string> {
  const inCandidate = root.children.find((node) => nameOf(node) === 'candidate')?.children ?? [];
  return new Set([...root.children.map(nameOf), ...inCandidate.map((node) => `candidate.${nameOf(node)}`)]);
}

const nameOf = ({ element }: SchemaTree): string => element.name;

const leavesOf = (node: SchemaTree): SchemaTree[] =>
  node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
