import pl from 'nodejs-polars';
import type { Alert } from '../alert.ts';
import { readPath } from '../ingest/read-path.ts';

/** True for a Parquet file in the archive's layout, ours or the reference program's. */
export const isArchiveFile = async (path: string): Promise<boolean> => {
  if (!path.toLowerCase().endsWith('.parquet')) return false;
  try {
    const { columns } = await pl.scanParquet(path).slice(0, 0).collect();
    return ['candid', 'objectId', 'mjd', 'mag', 'fid', 'lc_features_g'].every((name) =>
      columns.includes(name),
    );
  } catch {
    // Not Parquet: the packet reader reports it in clearer words.
    return false;
  }
};

/** The number of alerts of a Parquet file. */
export const countArchiveFile = async (path: string): Promise<number> => {
  const frame = await pl.scanParquet(path).select(pl.len().alias('rows')).collect();
  return Number(frame.getColumn('rows').get(0));
};

/** An alert read back from an archive file, with the separation that came with it, arcsec. */
export interface RestoredAlert {
  readonly alert: Alert;
  readonly sepArcsec: number | null;
}

/**
 * The alerts of an archive file, some tens at a time, as a pull reads them. What the reference's layout does not
 * keep (errors of the magnitudes, the template's source, what lies at the place) is missing in files of that
 * layout; the reference's light-curve features are those in the file.
 * @throws if the file, or a row of it, cannot be read
 */
export async function* readArchiveFile(path: string): AsyncGenerator<RestoredAlert[], void, void> {
  for await (const { items } of (await readPath([path], { stamps: false })).batches()) {
    yield items.map((item) => {
      if (item.kind === 'unreadable') throw new Error(`${path}: ${item.reason}`);
      return { alert: item.alert, sepArcsec: item.archived?.sepArcsec ?? null };
    });
  }
}
