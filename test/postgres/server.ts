import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of its own in a temporary folder, on a free port; the system's own cluster is left alone. */
export interface PostgresServer {
  /** Address of a database on it. */
  url(database: string): string;
  /** Ends it as a power cut would, or in order, and starts it again on its port. */
  restart(mode: 'immediate' | 'fast'): Promise<void>;
  /** Ends it as a power cut would; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/** The folder of the newest server that is installed; null without one. */
const binaries = (): string | null => {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return (
    versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ??
    null
  );
};

export const isPostgresInstalled = (): boolean => binaries() !== null;

/** PostgreSQL refuses to run as root: it runs as the user that its package made. */
const runner = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Seconds it may take to start. */
const PATIENCE = 30;

/**
 * @param settings such as `fsync: 'on'`; commits do not wait for the disk without it, which no test is about
 * @throws Error when none is installed or it does not start
 */
export const startPostgres = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> => {
  const bin = binaries();
  if (bin === null) throw new Error('PostgreSQL is not installed: run scripts/install-postgres.sh');
  const user = runner();
  // Not below the folder of another user, which postgres may not enter.
  const folder = mkdtempSync(join(tmpdir(), 'finkvra-postgres-'));
  if (user.uid !== undefined) execFileSync('chown', [`${user.uid}:${user.gid}`, folder]);
  const data = join(folder, 'data');
  // Words in the order of a language, as many servers have it: ids must be in order of their bytes all the same.
  const language = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en', '--locale=C.UTF-8'];
  const made = ['-D', data, '-U', 'finkvra', '--auth=trust', '--no-sync', ...language];
  execFileSync(join(bin, 'initdb'), made, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: '200',
    jit: 'off',
    // A database goes from test to test: statistics of one test's rows are wrong for the next one's.
    autovacuum: 'off',
    deadlock_timeout: '200ms',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess | null = null;
  let said = '';

  const isReady = async (): Promise<boolean> => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url('postgres') });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const url = (database: string): string => `postgres://finkvra@127.0.0.1:${port}/${database}`;

  const start = async (): Promise<void> => {
    const own = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = own;
    own.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4000);
    });
    const until = Date.now() + PATIENCE * 1000;
    while (!(await isReady())) {
      if (own.exitCode !== null || Date.now() > until) throw new Error(`PostgreSQL did not start: ${said}`);
      await sleep(20);
    }
  };

  const end = async (signal: 'SIGQUIT' | 'SIGINT'): Promise<void> => {
    const own = child;
    child = null;
    own?.kill(signal);
    if (own !== null) await ended(own);
  };

  const endNow = (): void => {
    child?.kill('SIGQUIT');
  };
  process.once('exit', endNow);
  await start();
  return {
    url,
    start,
    kill: () => end('SIGQUIT'),
    restart: async (mode) => {
      await end(mode === 'immediate' ? 'SIGQUIT' : 'SIGINT');
      await start();
    },
    remove: async () => {
      process.off('exit', endNow);
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
