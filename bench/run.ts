import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

/** Options of a task. */
export interface BenchOptions {
  /** A checkout of the reference program. */
  readonly reference?: string | undefined;
}

interface BenchTask {
  readonly name: string;
  run(options: BenchOptions): Promise<unknown> | unknown;
}

const isTask = (module: unknown): module is BenchTask =>
  typeof module === 'object' && module !== null && 'name' in module && 'run' in module;

/** `npm run bench [-- <task> ...] [--reference <checkout>]`: runs the tasks of this folder, or those named, and prints JSON. */
const main = async (): Promise<void> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { reference: { type: 'string' } },
  });
  const tasks: BenchTask[] = [];
  for (const file of readdirSync(import.meta.dirname).sort()) {
    if (!file.endsWith('.ts') || file === 'run.ts') continue;
    const module: unknown = await import(`./${file}`);
    if (isTask(module)) tasks.push(module);
  }
  const unknown = positionals.filter((name) => !tasks.some((task) => task.name === name));
  if (unknown.length > 0) {
    throw new Error(`no task ${unknown.join(', ')}; there are ${tasks.map(({ name }) => name).join(', ')}`);
  }
  const results: Record<string, unknown> = {};
  for (const task of tasks.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    process.stderr.write(`${task.name} ...\n`);
    results[task.name] = await task.run(values);
  }
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  console.log(JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2));
};

await main();
