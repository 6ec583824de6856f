import { connectToSandbox } from 'slack-sandbox/client';
import { eventually, startService, temporaryFolder } from '../test/helpers/service.ts';

export const name = 'startup';

const RUNS = 3;
const CARDS = 30;

/** Seconds from starting the service, with nothing configured, to its whole first round in the sandbox. */
export const run = async () => {
  const seconds: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const folder = temporaryFolder();
    const started = performance.now();
    const service = startService({ DATA_DIR: folder.path, SANDBOX_PORT: '0' });
    const url = await eventually('link', () => service.log().match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
    const sandbox = connectToSandbox(url);
    await eventually('first round', async () => (await sandbox.messages()).length > CARDS);
    seconds.push((performance.now() - started) / 1000);
    await service.stop();
    folder.remove();
  }
  return { seconds: seconds.map((s) => Number(s.toFixed(2))), bar: 15, unit: 's' };
};
