import type { Alert } from '../../../src/pipeline/alert.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';

/** What files hold, as a pull reads them. */
export interface FilesRead {
  readonly alerts: Alert[];
  /** Why the rest cannot be read. */
  readonly reasons: string[];
  /** Alerts that came without a history. */
  readonly light: number;
}

export const readFiles = async (...paths: string[]): Promise<FilesRead> => {
  const alerts: Alert[] = [];
  const reasons: string[] = [];
  let light = 0;
  for await (const { items } of (await readPath(paths)).batches()) {
    for (const item of items) {
      if (item.kind === 'alert') {
        alerts.push(item.alert);
        if (item.isLight === true) light += 1;
      } else reasons.push(item.reason);
    }
  }
  return { alerts, reasons, light };
};
