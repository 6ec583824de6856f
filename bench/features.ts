import { type Alert, type Epoch, NO_CONTEXT } from '../src/pipeline/alert.ts';
import { alertFeatures } from '../src/pipeline/features/alert-features.ts';
import { alertWith } from '../test/helpers/alerts.ts';

export const name = 'features';

const ALERTS = 2000;
const PASSES = 20;

/**
 * Features of alerts with 30 epochs (12 detections, in both bands, with a template source), all computed
 * from the photometry: nothing is taken from the packet.
 */
export function run(): { metric: string; value: number; unit: string }[] {
  const alerts = Array.from({ length: ALERTS }, (_, i) => benchAlert(i));
  let checksum = 0;
  for (const alert of alerts) checksum += alertFeatures(alert).ndets ?? 0;

  const start = performance.now();
  for (let pass = 0; pass < PASSES; pass++) {
    for (const alert of alerts) checksum += alertFeatures(alert).ndets ?? 0;
  }
  const seconds = (performance.now() - start) / 1000;
  if (checksum !== ALERTS * (PASSES + 1) * 12) throw new Error(`counted ${checksum} detections`);
  return [{ metric: 'features computed', value: Math.round((ALERTS * PASSES) / seconds), unit: 'alerts/s' }];
}

function benchAlert(i: number): Alert {
  const epochs = Array.from({ length: 30 }, (_, k): Epoch => {
    const seen = k % 5 < 2;
    const shared = { jd: 2461000.5 - k + i * 1e-4, fid: 1 + (k % 2), diffmaglim: 20.5 };
    return seen
      ? {
          ...shared,
          magpsf: 20 + Math.sin(i + k),
          sigmapsf: 0.1,
          isdiffpos: 't',
          distnr: 0.3,
          magnr: 20.5,
          sigmagnr: 0.05,
        }
      : {
          ...shared,
          magpsf: null,
          sigmapsf: null,
          isdiffpos: null,
          distnr: null,
          magnr: null,
          sigmagnr: null,
        };
  });
  return alertWith({
    candid: String(3_000_000_000 + i),
    objectId: `ZTF25bench${i}`,
    jd: 2461000.5,
    magpsf: 20,
    sigmapsf: 0.1,
    context: NO_CONTEXT,
    epochs,
  });
}
