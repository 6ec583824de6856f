import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const venv = join(import.meta.dirname, '..', '..', '.cache', 'venv', 'bin');
/** A cold start reads some hundred MB of Python from disk. */
const STARTING_TIME = 180_000;

/** Settings that keep MLflow from calling home and from looking for repositories. */
const QUIET = { MLFLOW_DISABLE_TELEMETRY: 'true', GIT_PYTHON_REFRESH: 'quiet' } as const;

/** A real MLflow server on a port of its own, with SQLite and its own folder for artifacts. */
export interface MlflowServerProcess {
  /** Its address, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** Ends it the way an administrator does; what it has stays on disk. */
  stop(): Promise<void>;
  /** Starts it again: same port, same data. */
  start(): Promise<void>;
  /** Ends it for good and deletes its data. */
  remove(): Promise<void>;
}

const installed = (program: string): string => {
  const path = join(venv, program);
  if (!existsSync(path)) throw new Error('MLflow is not installed: run scripts/install-python.sh');
  return path;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
};

/** @param options more options of `mlflow server`, e.g. --no-serve-artifacts */
export const startMlflowServer = async (options: readonly string[] = []): Promise<MlflowServerProcess> => {
  const program = installed('mlflow');
  const folder = mkdtempSync(join(tmpdir(), 'finkvra-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    let said = '';
    // A group of its own: the server starts workers, which have to end with it.
    const started = spawn(
      program,
      [
        'server',
        ...['--host', '127.0.0.1', '--port', `${port}`, '--workers', '1'],
        ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
        ...(options.includes('--no-serve-artifacts')
          ? ['--default-artifact-root', join(folder, 'artifacts')]
          : ['--artifacts-destination', join(folder, 'artifacts')]),
        ...options,
      ],
      {
        cwd: folder,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          ...QUIET,
        },
      },
    );
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk) => {
        said += chunk;
      });
    }
    for (const end = Date.now() + STARTING_TIME; Date.now() < end; await sleep(200)) {
      if (started.exitCode !== null) throw new Error(`MLflow ended with ${started.exitCode}:\n${said}`);
      const answer = await fetch(`${url}/health`).catch(() => null);
      if (answer?.ok === true) return;
    }
    throw new Error(`MLflow did not start within ${STARTING_TIME / 1000} s:\n${said}`);
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = null;
    if (running?.pid === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    process.kill(-running.pid, signal);
    await ended;
  };

  await start();
  return {
    url,
    start,
    stop: () => end('SIGTERM'),
    remove: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/**
 * Runs a Python program with MLflow and pandas at hand, its tracking server at `url`.
 * @returns what it printed as JSON on its last line
 */
export const runPython = async (
  program: string,
  url: string,
  ...args: readonly string[]
): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(installed('python'), ['-c', program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MLFLOW_TRACKING_URI: url, ...QUIET },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};
