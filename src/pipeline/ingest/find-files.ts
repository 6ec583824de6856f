import { glob, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { kafkaKeyFile, kafkaValueEnding } from './kafka/read-kafka-files.ts';

export type FileKind = 'avro' | 'parquet' | 'kafka-value' | 'table' | 'gzip' | 'tar';

/** A file to read; `kind` is null for one that was named and is nothing that can be read. */
export interface FoundFile {
  readonly path: string;
  readonly kind: FileKind | null;
  /** Why it cannot be read, where that is known already. */
  readonly why?: string;
}

const other = (path: string, why: string): FoundFile => ({ path, kind: null, why });

/** Endings, the longer ones first; of other gzipped files (stamps, logs) nothing is known. */
const kindOfEnding: readonly (readonly [string, FileKind])[] = [
  [kafkaValueEnding, 'kafka-value'],
  ['.avro', 'avro'],
  ['.parquet', 'parquet'],
  ['.csv', 'table'],
  ['.json', 'table'],
  ['.avro.gz', 'gzip'],
  ['.csv.gz', 'gzip'],
  ['.json.gz', 'gzip'],
  ['.tar.gz', 'tar'],
  ['.tgz', 'tar'],
  ['.tar', 'tar'],
];

function kindByName(name: string): FileKind | null {
  if (name === kafkaKeyFile) return null;
  const lower = name.toLowerCase();
  return kindOfEnding.find(([ending]) => lower.endsWith(ending))?.[1] ?? null;
}

/**
 * The files that paths stand for, sorted within each path, each file once: a file, a folder (with all
 * below it; files of other kinds and names that begin with `.` or `_` are left out) or a glob pattern.
 *
 * @throws if a path matches nothing, naming it
 */
export const findFiles = async (paths: readonly string[]): Promise<FoundFile[]> => {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    for (const file of await filesOf(path)) found.set(file.path, file);
  }
  return [...found.values()];
};

async function filesOf(path: string): Promise<FoundFile[]> {
  const what = await stat(path).catch(() => null);
  if (what?.isDirectory()) {
    const files = await filesBelow(path);
    if (files.length === 0)
      throw new Error(`${path}: no Avro or Parquet file in this folder, nor CSV, JSON or an archive of them`);
    return files;
  }
  if (what !== null) return [await named(path)];
  if (!/[*?[{]/.test(path))
    throw new Error(
      `${path}: no such file or folder; name files or folders of alerts, as in finkvra pull --from alerts/*.avro`,
    );

  const matches: string[] = [];
  for await (const match of glob(path)) matches.push(match);
  matches.sort();
  const files: FoundFile[] = [];
  for (const match of matches) {
    if (!(await stat(match)).isDirectory()) files.push(await named(match));
  }
  if (files.length === 0) throw new Error(`${path}: no file matches this pattern`);
  return files;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    // Spark and dataset writers leave `_SUCCESS`, `_metadata` and `.crc` files.
    if (/^[._]/.test(entry.name)) continue;
    const what = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
    const kind = kindByName(entry.name);
    if (what?.isDirectory() && !entry.isSymbolicLink()) files.push(...(await filesBelow(path)));
    else if (what?.isFile() && kind !== null) files.push({ path, kind });
  }
  return files;
}

/** Packed files that are not read, by their first bytes. */
const packers = [
  ['PK\x03\x04', 'zip'],
  ['BZh', 'bzip2'],
  ['\xfd7zX', 'xz'],
  ['7z\xbc\xaf', '7-zip'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
] as const;

/** A file that somebody named is what its first bytes say, whatever its ending. */
async function named(path: string): Promise<FoundFile> {
  const ending = kindByName(basename(path));
  // A pipe may never end or never begin, and nothing can be read twice from it.
  if (!(await stat(path)).isFile()) {
    return other(
      path,
      'this is a pipe or a device, not a file: write what comes out of it to a file and pull that',
    );
  }
  if (ending === 'kafka-value' || ending === 'table') return { path, kind: ending };
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const magic = buffer.toString('latin1', 0, bytesRead);
  if (magic === 'Obj\x01') return { path, kind: 'avro' };
  if (magic === 'PAR1') return { path, kind: 'parquet' };
  const packed = packers.find(([first]) => magic.startsWith(first))?.[1];
  if (packed !== undefined)
    return other(path, `the file is packed by ${packed}: unpack it and pull what is in it`);
  if (magic.startsWith('\x1f\x8b')) return { path, kind: ending === 'tar' ? 'tar' : 'gzip' };
  return { path, kind: ending };
}
