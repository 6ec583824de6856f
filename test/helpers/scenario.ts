import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pullAlerts } from '../../src/loop/intake/pull.ts';
import { classOfLabel } from '../../src/pipeline/learning/label-maps.ts';
import {
  DEFAULT_SIMULATION_NIGHT,
  simulatedSource,
  simulatedTruth,
} from '../../src/simulation/simulated-night.ts';
import { openStore } from '../../src/store/open-store.ts';
import { keepKind } from '../../src/store/store-kind.ts';
import { hasSharedData, sharedPath } from '../shared-data.ts';
import { finkvra, temporaryFolder } from './service.ts';

const SIMULATION_SEED = 1;

/** Alerts to play with and what they truly are: the real labelled ones, or the simulated night. */
export interface Scenario {
  readonly name: string;
  /** Objects that can become candidates. */
  readonly objects: number;
  /** Makes a store filled through the command line; filled once for a file of tests, then copied. */
  load(dataDir: string): Promise<void>;
  /** The action of the right button for a card's subject. */
  rightAnswer(subject: { object: string; candid: string }): 'answer_galactic' | 'answer_not_galactic';
}

const run = async (args: string[], env: Record<string, string>): Promise<void> => {
  const { code, stderr } = await finkvra(args, env);
  if (code !== 0) throw new Error(`finkvra ${args.join(' ')} ended with ${code}: ${stderr}`);
};

/** What fills a folder, done once: later ones get a copy. */
const once = (fill: (dataDir: string) => Promise<void>): ((dataDir: string) => Promise<void>) => {
  let filled: Promise<string> | null = null;
  const fillTemplate = async (): Promise<string> => {
    const { path, remove } = temporaryFolder();
    process.once('exit', remove);
    await fill(path);
    return path;
  };
  return async (dataDir) => {
    filled ??= fillTemplate();
    cpSync(await filled, dataDir, { recursive: true });
    // A copy is a store of its own: MLflow tells stores by their id.
    const db = new DatabaseSync(join(dataDir, 'finkvra.sqlite'));
    db.prepare("update facts set value = ? where name = 'store_id'").run(randomUUID());
    db.close();
  };
};

const realAlerts = (): Scenario => {
  const [, ...lines] = readFileSync(sharedPath('alerts', 'labelled.csv'), 'utf8').trim().split(/\r?\n/);
  const labels = new Map<string, string>();
  for (const line of lines) {
    const [candid, , label] = line.split(',');
    if (candid !== undefined && label !== undefined) labels.set(candid, label);
  }
  return {
    name: 'the real labelled alerts',
    objects: 148,
    load: once((dataDir) =>
      run(['pull', '--from', sharedPath('alerts', 'labelled.avro'), '--no-filter'], { DATA_DIR: dataDir }),
    ),
    rightAnswer: ({ candid }) => {
      const label = labels.get(candid);
      if (label === undefined) throw new Error(`labelled.csv has no candid ${candid}`);
      return label === 'galactic' ? 'answer_galactic' : 'answer_not_galactic';
    },
  };
};

const simulatedNight = (): Scenario => ({
  name: 'the simulated night (no shared data)',
  objects: 150,
  // As if they were real: with SOURCE=none, and no other night to come.
  load: once(async (dataDir) => {
    const db = await openStore(join(dataDir, 'finkvra.sqlite'));
    await keepKind(db, 'real');
    const source = simulatedSource({ seed: SIMULATION_SEED, night: DEFAULT_SIMULATION_NIGHT, size: 300 });
    await pullAlerts({ db, source, name: 'files', filter: true, clock: () => new Date() });
    await db.destroy();
  }),
  rightAnswer: ({ object }) => {
    const truth = simulatedTruth(object, SIMULATION_SEED);
    if (truth === null) throw new Error(`${object} is not simulated`);
    return classOfLabel('galactic', truth.label) === 1 ? 'answer_galactic' : 'answer_not_galactic';
  },
});

/** Real alerts where they are at hand; a fresh machine plays the same on the simulated night. */
export const scenario: Scenario = hasSharedData ? realAlerts() : simulatedNight();
