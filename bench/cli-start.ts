import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { finkvra, temporaryFolder } from '../test/helpers/service.ts';

export const name = 'cli-start';

const RUNS = 11;
const root = join(import.meta.dirname, '..');
const start = [join(root, 'bin', 'finkvra-node.mjs'), join(root, 'src', 'cli', 'main.ts')];

/** Median seconds of a process with a warm compile cache. */
const medianOf = (args: readonly string[], env: NodeJS.ProcessEnv): number => {
  const seconds = Array.from({ length: RUNS }, () => {
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - began) / 1000;
  }).sort((a, b) => a - b);
  return Number((seconds[(RUNS - 1) / 2] ?? Number.NaN).toFixed(3));
};

/** Start time of the command line, compared with an empty Node process. */
export const run = async () => {
  const folder = temporaryFolder();
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: folder.path };
  try {
    const { code, stderr } = await finkvra(['pull'], { DATA_DIR: folder.path, SOURCE: 'simulated' });
    if (code !== 0) throw new Error(stderr);
    const timed = {
      bare: medianOf(['-e', '0'], env),
      help: medianOf([...start, '--help'], env),
      status: medianOf([...start, 'status'], env),
    };
    return { ...timed, bars: { help: 0.3, status: 0.5 }, unit: 's' };
  } finally {
    folder.remove();
  }
};
