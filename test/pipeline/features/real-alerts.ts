import type { Alert } from '../../../src/pipeline/alert.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import { sharedPath } from '../../shared-data.ts';

/** The alerts of a file or folder of the shared real ones, without their cutouts. */
export async function realAlerts(name: string): Promise<Alert[]> {
  const source = await readPath([sharedPath('alerts', name)], { stamps: false });
  const alerts: Alert[] = [];
  for await (const { items } of source.batches()) {
    for (const item of items) {
      if (item.kind === 'unreadable') throw new Error(`${item.origin.name}: ${item.reason}`);
      alerts.push(item.alert);
    }
  }
  return alerts;
}
