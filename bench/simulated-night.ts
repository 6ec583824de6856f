import { DEFAULT_SIMULATION_NIGHT, simulateNight } from '../src/simulation/simulated-night.ts';

export const name = 'simulated-night';

/** Making a whole night of 300 packets with their cutouts. */
export function run(): { metric: string; value: number; unit: string }[] {
  const start = performance.now();
  let bytes = 0;
  for (const { value } of simulateNight({ seed: 2, night: DEFAULT_SIMULATION_NIGHT })) bytes += value.length;
  const seconds = (performance.now() - start) / 1000;
  return [
    { metric: 'night of 300 packets made', value: Number(seconds.toFixed(2)), unit: 's' },
    { metric: 'size of a packet', value: Math.round(bytes / 300 / 1000), unit: 'kB' },
  ];
}
