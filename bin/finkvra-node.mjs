#!/usr/bin/env node
// Runs a script of this project on Node 24 or newer: `node bin/finkvra-node.mjs cron.ts`. The running Node is
// used if it is new enough, in the same process; else the one that package-lock.json names for this platform,
// as a child. Plain JavaScript, so that any Node can start it.
import { spawn } from 'node:child_process';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = 24;
/** Warnings of what we use on purpose (node:sqlite), and of kafkajs, which sets a negative timeout now and then. */
const QUIET = ['ExperimentalWarning', 'TimeoutNegativeWarning'];
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGBREAK'];
/** How often a process that npm started looks whether npm is still there, in milliseconds. */
const LOOK_MS = 250;

/** Compiled code of earlier starts, which halves the time of a start. Where it cannot be kept, nothing is lost. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));

/** npm's shell takes signals for itself and dies of them: the service must not live on without it. */
const endWithNpm = () => {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  watch.unref();
};

const runHere = async (script) => {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!QUIET.includes(warning.name)) for (const print of printers) print.call(process, warning);
  });
  nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  process.argv.splice(1, 1); // the script sees its own name and arguments
  await import(pathToFileURL(script).href);
};

/** The path of the Node that npm installed for this platform, or null. */
const installedNode = () => {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const file = system === 'win' ? 'bin/node.exe' : 'bin/node';
  try {
    return nodeModule.createRequire(import.meta.url).resolve(`node-${system}-${process.arch}/${file}`);
  } catch {
    return null;
  }
};

const fail = (why) => {
  process.stderr.write(
    `finkvra: this is Node ${process.versions.node} and ${why}: install Node ${WANTED} or newer (https://nodejs.org) and run this again.\n`,
  );
  process.exit(1);
};

const runInChild = (node, script, args) => {
  const flags = QUIET.map((name) => `--disable-warning=${name}`);
  // A group of its own: the terminal's Ctrl-C reaches it through us only, once.
  const detached = process.platform !== 'win32'; // where it would open a window
  // Fewer memory pools for the worker threads: a tenth less memory under load, and no slower.
  const env = { MALLOC_ARENA_MAX: '2', ...process.env };
  const child = spawn(node, [...flags, script, ...args], { stdio: 'inherit', detached, env });
  child.on('error', (error) => fail(`the one in node_modules does not start (${error.message})`));
  for (const signal of SIGNALS.filter((name) => name in constants.signals)) {
    process.on(signal, () => child.kill(signal));
  }
  if (process.platform !== 'win32') {
    process.on('SIGTSTP', () => {
      child.kill('SIGSTOP');
      process.kill(process.pid, 'SIGSTOP');
    });
    process.on('SIGCONT', () => child.kill('SIGCONT'));
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of SIGNALS) process.removeAllListeners(name);
    process.kill(process.pid, signal);
    // Unless the signal ends us first: what a shell reports for it.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  process.stderr.write('finkvra: name the script to run, for example node bin/finkvra-node.mjs cron.ts\n');
  process.exit(2);
}
endWithNpm();
process.env.NODE_COMPILE_CACHE ??= CACHE; // for threads and children, too
if (Number.parseInt(process.versions.node, 10) >= WANTED) {
  await runHere(resolve(name));
} else {
  const node = installedNode();
  if (node === null) fail('npm installed no newer one for this platform');
  else runInChild(node, resolve(name), args);
}
