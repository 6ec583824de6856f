import { runService } from '../../src/service/shutdown.ts';

// A service that says what becomes of it, with the fault that its parent names.
const [fault = 'none', times = '1'] = process.argv.slice(2);
let starts = 0;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const fail = (): void => {
  if (fault === 'throws') {
    setImmediate(() => {
      throw new Error('a listener threw');
    });
  }
  if (fault === 'rejects') void Promise.reject(new Error('a promise was forgotten'));
};

await runService(async () => {
  starts += 1;
  if (fault === 'cannot start') throw new Error('port 3210 is taken: set SANDBOX_PORT to another one');
  say(`start ${starts}`);
  const alive = setInterval(() => undefined, 1000);
  if (starts <= Number(times)) fail();
  return async () => {
    clearInterval(alive);
    say(`stop ${starts}`);
    if (fault === 'never stops') await new Promise(() => undefined);
  };
});
