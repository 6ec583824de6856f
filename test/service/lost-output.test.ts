import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, startService, temporaryFolder } from '../helpers/service.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

// `npm start | tee log` with tee killed, a terminal that was closed, a log collector that died.
test('a service whose log nobody reads any more works on and ends when asked', async () => {
  const service = startService({
    DATA_DIR: folder.path,
    SANDBOX_PORT: '0',
    SOURCE: 'none',
    LOG_LEVEL: 'trace',
  });
  try {
    const page = await eventually(
      'a sandbox',
      () => /http:\/\/[\d.]+:\d+/.exec(service.log())?.[0],
      service.log,
    );
    await eventually('the first duties', () => service.log().includes('next pull'), service.log);
    service.child.stdout?.destroy();
    service.child.stderr?.destroy();
    // Every request is told to the log at this level.
    for (let i = 0; i < 20; i += 1) expect((await fetch(page)).status).toBe(200);
    expect(
      await Promise.race([service.stop(), new Promise((done) => setTimeout(done, 5000, 'runs on'))]),
    ).toBe(0);
  } finally {
    await service.kill();
  }
});
