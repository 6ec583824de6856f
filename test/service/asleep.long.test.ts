import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, type RunningService, startService, temporaryFolder } from '../helpers/service.ts';

const MINUTE = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let service: RunningService;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  service.child.kill('SIGCONT');
  await service.stop();
  folder.remove();
});

// Its twin with a clock that is passed in is in duties.test.ts.
test('a process that was stopped over the hour of its pull makes up for it within a minute', async () => {
  const due = new Date(Date.now() + 2 * MINUTE);
  service = startService({
    DATA_DIR: folder.path,
    SANDBOX_PORT: '0',
    SIMULATION_SIZE: '60',
    PULL_SCHEDULE: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
  });
  const pulls = (): number => service.log().match(/"msg":"pulled"/g)?.length ?? 0;
  await eventually('first pull', () => pulls() === 1, service.log);
  service.child.kill('SIGSTOP');
  await sleep(due.getTime() + 6 * MINUTE - Date.now());
  expect(pulls()).toBe(1);
  service.child.kill('SIGCONT');
  await eventually('second pull', () => pulls() === 2, service.log, 1.5 * MINUTE);
  await eventually('words about it', () => service.log().includes('the pull was made up for'), service.log);
  expect(service.log()).toContain('nothing ran for a while');
});
