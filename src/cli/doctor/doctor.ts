import { Command } from 'commander';
import { type Config, ConfigError, type Environment, readConfig } from '../../config/config.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Output } from '../output.ts';
import { type Check, type Finding, missing, ok, wrong } from './check.ts';
import { CHECKS } from './checks.ts';

export const doctorCommand = (output: Output, env: Environment): Command =>
  new Command('doctor')
    .option('--json', 'print one JSON document')
    .action(async (flags: { readonly json?: boolean }) => {
      output.progress('looking ...');
      const findings = await examine(env);
      output.progress(null);
      if (flags.json === true) output.print(JSON.stringify(findings, null, 2));
      else for (const finding of findings) output.print(line(finding));
      if (findings.some(({ state }) => state === 'wrong')) output.fail(1);
    });

const line = ({ name, state, text, todo }: Finding): string =>
  `${state.padEnd(7)}  ${name.padEnd(15)}  ${text}${todo === null ? '' : `\n${' '.repeat(26)}→ ${todo}`}`;

const configuration = (env: Environment): { config: Config | null; findings: Finding[] } => {
  try {
    const config = readConfig(env);
    const todo = 'Correct the name in the environment or in .env; until then it is ignored.';
    const unknown = config.unknown.map((text) => missing('settings', text, todo));
    return { config, findings: [ok('configuration', 'no fault'), ...unknown] };
  } catch (error) {
    const faults = error instanceof ConfigError ? error.faults : [messageOf(error)];
    const todo = 'Correct it in the environment or in .env; then the rest is checked.';
    return { config: null, findings: faults.map((fault) => wrong('configuration', fault, todo)) };
  }
};

/** A check that throws is a finding too. */
const run = async (name: string, check: Check, config: Config): Promise<Finding[]> => {
  try {
    return await check(config);
  } catch (error) {
    return [wrong(name, messageOf(error), 'This should not happen: please report it.')];
  }
};

const examine = async (env: Environment): Promise<Finding[]> => {
  const { config, findings } = configuration(env);
  if (config === null) return findings;
  const found = await Promise.all(Object.entries(CHECKS).map(([name, check]) => run(name, check, config)));
  return [...findings, ...found.flat()];
};
