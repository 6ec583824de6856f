import { createPictureClient } from '../src/pictures/picture-client.ts';
import type { Alert } from '../src/pipeline/alert.ts';
import { readPath } from '../src/pipeline/ingest/read-path.ts';
import type { AlertSource } from '../src/pipeline/ingest/source.ts';
import { DEFAULT_SIMULATION_NIGHT, simulatedSource } from '../src/simulation/simulated-night.ts';
import { hasSharedData, sharedPath } from '../test/shared-data.ts';

export const name = 'pictures';

const CARDS = 100;
const WARM_UP = 10;

/**
 * Milliseconds from asking for a card's picture to its bytes, one after another in the worker: the first
 * (which starts the thread, or comes after the warm-up at the service's start) and then the middle and the
 * slowest of a hundred, of the real packets where there are some, else of a simulated night.
 */
export const run = async () => {
  const source = hasSharedData
    ? await readPath([sharedPath('alerts')])
    : simulatedSource({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: CARDS });
  const alerts = await alertsWithStamps(source);
  const [first] = alerts;
  if (first === undefined) throw new Error('no alert with stamps to draw');
  const pictures = createPictureClient();
  const warmed = createPictureClient();
  try {
    const draw = async (alert: Alert, client = pictures): Promise<number> => {
      const start = performance.now();
      await client.card({ alert, stamps: alert.stamps });
      return performance.now() - start;
    };
    const cold = await draw(first);
    await warmed.warmUp();
    const warm = await draw(first, warmed);
    const take = (i: number): Alert => alerts[i % alerts.length] ?? first;
    for (let i = 0; i < WARM_UP; i += 1) await draw(take(i));
    const ms: number[] = [];
    for (let i = 0; i < CARDS; i += 1) ms.push(await draw(take(i)));
    ms.sort((a, b) => a - b);
    return [
      { metric: 'first card, thread not started', value: Math.round(cold), unit: 'ms' },
      { metric: 'first card after the warm-up at start', value: Math.round(warm), unit: 'ms', bar: 150 },
      { metric: 'card, median', value: Math.round(ms[CARDS >> 1] ?? 0), unit: 'ms' },
      { metric: 'card, slowest of 100', value: Math.round(ms.at(-1) ?? 0), unit: 'ms' },
    ];
  } finally {
    await Promise.all([pictures.close(), warmed.close()]);
  }
};

const alertsWithStamps = async (source: AlertSource): Promise<readonly Alert[]> => {
  const alerts: Alert[] = [];
  for await (const batch of source.batches()) {
    for (const item of batch.items) {
      if (item.kind === 'alert' && item.alert.stamps.science !== null) alerts.push(item.alert);
    }
  }
  return alerts;
};
