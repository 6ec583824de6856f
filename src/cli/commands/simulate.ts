import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { percent, plural, textTable } from '../../bot/content/format.ts';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { measureAgain } from '../../loop/intake/measure-again.ts';
import { labelTable } from '../../loop/rounds/training-table.ts';
import { createPictureClient } from '../../pictures/picture-client.ts';
import {
  FEATURE_NAMES,
  FEATURE_SETS,
  type FeatureName,
  featureNames,
} from '../../pipeline/features/feature-table.ts';
import { DECISION_RULES } from '../../pipeline/learning/accuracy/decision.ts';
import { answersOfClass } from '../../pipeline/learning/answers.ts';
import { ENGINE_NAMES } from '../../pipeline/learning/engines/engines.ts';
import { FIRST_LOOP, PUBLISHED_FIRST_LOOP } from '../../pipeline/learning/experiment/first-loop.ts';
import { type SimulationPlan, simulate } from '../../pipeline/learning/experiment/simulate.ts';
import type { SimulationTables } from '../../pipeline/learning/experiment/simulation-steps.ts';
import {
  type ReadTable,
  readSimulationTable,
  type SimulationTable,
} from '../../pipeline/learning/experiment/simulation-table.ts';
import {
  type SimulationSummary,
  type Spread,
  summarise,
} from '../../pipeline/learning/experiment/summarise.ts';
import { selectColumns } from '../../pipeline/learning/feature-matrix.ts';
import { classOfLabel, FINE_LABELS, type ModelType } from '../../pipeline/learning/label-maps.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../pipeline/learning/strategies/run-strategy.ts';
import { hasStore, openExistingStore } from '../cli-store.ts';
import { FORCE, outFile } from '../out-file.ts';
import { type Output, plainProgress } from '../output.ts';
import {
  comparisonOf,
  known,
  STARTS,
  starterTable,
  type VariantFlags,
  variantsOf,
} from '../simulate-variants.ts';

interface SimulateFlags extends VariantFlags {
  readonly from?: string[];
  readonly labels?: string[];
  readonly label: string;
  readonly positive?: string;
  readonly negative?: string;
  readonly group?: string;
  readonly features?: string;
  readonly test?: string[];
  readonly preset?: string;
  readonly strategies?: string;
  readonly engines?: string;
  readonly first?: number;
  readonly batch?: number;
  readonly upTo?: number;
  readonly seeds?: number;
  readonly heldOut?: number;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
};

const share = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a share above 0 and below 1.');
  return value;
};

export const simulateCommand = (output: Output, env: Environment): Command =>
  new Command('simulate')
    .option(
      '--from <file...>',
      'table, .csv or .parquet; by default the store’s labels, or without any the starting set that comes with finkvra',
    )
    .option('--labels <file...>', 'table with the label column, if it is a separate one')
    .option('--label <column>', 'column of the classes', 'label')
    .option(
      '--positive <values>',
      'values of class 1; by default 1 and the labels that MODEL_TYPE counts as 1',
    )
    .option(
      '--negative <values>',
      'values of class 0; by default 0 and the labels that MODEL_TYPE counts as 0',
    )
    .option(
      '--group <column>',
      'column whose equal values keep rows together; by default repeated ids and positions; none: every row by itself',
    )
    .option('--features <columns>', 'columns to train on; by default all numeric ones')
    .addOption(
      new Option(
        '--preset <name>',
        'first-loop: the reference’s experiment, compared with its published results',
      ).choices(['first-loop']),
    )
    .option('--test <file...>', 'test table instead of held-out objects: from another time or team')
    .option('--sets <names>', `inputs compared, of ${FEATURE_SETS.join(', ')}`)
    .option('--starts <names>', `of ${STARTS.join(', ')}; by default cold`)
    .option('--decisions <names>', `of ${DECISION_RULES.join(', ')}; by default the configured one`)
    .option('--strategies <names>', `of ${STRATEGY_NAMES.join(', ')}; by default all`)
    .option('--engines <names>', `of ${ENGINE_NAMES.join(', ')}; by default the configured one`)
    .option('--first <n>', 'labels of the first batch, 30', count)
    .option('--batch <n>', 'labels of every later batch, 10', count)
    .option('--up-to <n>', 'labels at which a run ends, 200', count)
    .option('--seeds <n>', 'runs of each strategy and engine, 20', count)
    .option('--held-out <share>', 'share of the objects kept for testing, 0.4', share)
    .option('--out <file.png>', 'picture of the learning curves')
    .option(...FORCE)
    .option('--json', 'print the summaries as one JSON document')
    .action((flags: SimulateFlags) => runSimulation(flags, output, env));

const planOf = (flags: SimulateFlags, engine: string): SimulationPlan => {
  const preset = flags.preset === undefined ? null : FIRST_LOOP;
  const strategies: readonly StrategyName[] =
    flags.strategies === undefined
      ? (preset?.strategies ?? STRATEGY_NAMES)
      : known('strategy', flags.strategies, STRATEGY_NAMES);
  return {
    strategies,
    engines:
      flags.engines === undefined
        ? (preset?.engines ?? [engine])
        : known('engine', flags.engines, ENGINE_NAMES),
    seeds: flags.seeds ?? preset?.seeds ?? 20,
    firstBatch: flags.first ?? preset?.firstBatch ?? 30,
    batch: flags.batch ?? preset?.batch ?? 10,
    upTo: flags.upTo ?? preset?.upTo ?? 200,
    heldOut: flags.heldOut ?? preset?.heldOut ?? 0.4,
  };
};

/** Values of the two classes, as answers here and the reference's labels spell them. */
const valuesOf = (type: ModelType, y: 0 | 1): string[] => [
  ...answersOfClass(type, y),
  ...FINE_LABELS.filter((label) => classOfLabel(type, label) === y),
  String(y),
  y.toFixed(1),
];

const readTable = (paths: readonly string[], flags: SimulateFlags, { modelType }: Config): ReadTable =>
  readSimulationTable(paths, flags.labels ?? [], {
    label: flags.label,
    positive: flags.positive === undefined ? valuesOf(modelType, 1) : list(flags.positive),
    negative: flags.negative === undefined ? valuesOf(modelType, 0) : list(flags.negative),
    group: flags.group ?? null,
    features: flags.features === undefined ? null : list(flags.features),
  });

/** The source of the rows, for the JSON document. */
type TableSource = 'files' | 'store' | 'starting set';

interface SourcedTable extends ReadTable {
  readonly source: TableSource;
}

const tableOf = async (flags: SimulateFlags, config: Config, output: Output): Promise<SourcedTable> => {
  if (flags.from !== undefined) return { ...readTable(flags.from, flags, config), source: 'files' };
  const names = flags.sets === undefined ? featureNames(config.features) : FEATURE_NAMES;
  const own = await labelsOfStore(names, config, output);
  if (own !== null) return { ...ofObjects(own), source: 'store' };
  return { ...shippedTable(names, flags, config, output), source: 'starting set' };
};

const ofObjects = (table: SimulationTable): ReadTable => ({
  table,
  grouping: { groups: table.groups, by: ['objectId'], warning: null },
});

/** The store's labels; null without a store, or without a label that has a class. */
const labelsOfStore = async (
  names: readonly FeatureName[],
  config: Config,
  output: Output,
): Promise<SimulationTable | null> => {
  if (!(await hasStore(config))) return null;
  const db = await openExistingStore(config, output);
  try {
    await measureAgain(db);
    return await labelTable(db, config.modelType, names);
  } finally {
    await db.destroy();
  }
};

/** The starting set that comes with finkvra, if there are no labels yet; the note says how to use others. */
const shippedTable = (
  names: readonly FeatureName[],
  { starts }: SimulateFlags,
  { modelType, store }: Config,
  output: Output,
): ReadTable => {
  const without = `There are no labels for MODEL_TYPE=${modelType} in ${store.shown} yet`;
  if (modelType !== 'galactic') {
    throw new FinkvraError(
      `${without}: label a round (npm start), name a table with --from, or set MODEL_TYPE=galactic to use the starting set that comes with finkvra.`,
    );
  }
  if (starts?.includes('starter') === true) {
    throw new FinkvraError(
      `${without}, and --starts starter cannot be tested on the starting set itself: name a table with --from.`,
    );
  }
  const { x, y, groups } = starterTable(null);
  output.note(
    `${without}: this simulation uses the starting set that comes with finkvra (${y.length} public labelled objects; every galactic one is known to SIMBAD, so accuracies are optimistic). Name a table of your own with --from.`,
  );
  return ofObjects({ x: selectColumns(x, names), y, groups });
};

/** The tables of a simulation, and how rows were grouped. */
const tablesOf = async (flags: SimulateFlags, config: Config, output: Output) => {
  const { table, grouping, source } = await tableOf(flags, config, output);
  const test = flags.test === undefined ? null : readTable(flags.test, flags, config).table;
  const comparison = comparisonOf(flags, config.decision);
  const variants = variantsOf(comparison, table);
  const starter = comparison.starts.includes('starter') ? starterTable(config.starterFile) : null;
  const tables: SimulationTables = {
    table,
    ...(test && { test: sameColumns(table, test) }),
    ...(starter && { starter }),
  };
  return { tables, grouping, variants, source };
};

/** The test table, reduced to the training columns. */
const sameColumns = (table: SimulationTable, test: SimulationTable): SimulationTable => {
  const missing = table.x.names.filter((name) => !test.x.names.includes(name));
  if (missing.length > 0) throw new FinkvraError(`the table of --test has no column ${missing.join(', ')}`);
  return { ...test, x: selectColumns(test.x, table.x.names) };
};

/** Checks before the first run, so that hours of work are not in vain. */
const assertPlayable = ({ y }: SimulationTable): void => {
  const positive = y.reduce((sum, one) => sum + one, 0);
  if (positive === 0 || positive === y.length) {
    throw new FinkvraError(
      `all ${y.length} labelled rows are of class ${positive === 0 ? 0 : 1}: a model needs both classes (see --positive and --negative)`,
    );
  }
};

const runSimulation = async (flags: SimulateFlags, output: Output, env: Environment): Promise<void> => {
  const config = readConfig(env);
  const out = flags.out === undefined ? null : outFile(flags.out, { ...config, ...flags, endings: ['.png'] });
  const compared = planOf(flags, config.engine);
  const { tables, grouping, variants, source } = await tablesOf(flags, config, output);
  const { table } = tables;
  const plan: SimulationPlan = { ...compared, variants };
  if (grouping.warning !== null) output.note(`warning: ${grouping.warning}`);
  assertPlayable(table);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new FinkvraError('stopped before the simulation was finished'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const started = performance.now();
    const tell = plainProgress(output);
    const runs = plan.seeds * plan.strategies.length * plan.engines.length * variants.length;
    output.note(`${plural(runs, 'run')} on ${plural(availableParallelism(), 'core')}; Ctrl-C ends them`);
    const steps = await simulate(tables, plan, {
      signal: stopping.signal,
      onProgress: (done, total) => {
        const seconds = (performance.now() - started) / 1000;
        const line = `${done} of ${total} runs, ${Math.round((seconds / done) * (total - done))} s to go`;
        output.progress(line);
        tell(line);
      },
    });
    output.progress(null);
    if (steps.length === 0) {
      throw new FinkvraError(
        `no run could train a model with up to ${plan.upTo} labels: raise --up-to, or choose another strategy or engine`,
      );
    }
    const summaries = summarise(steps);
    const rows = {
      rows: table.x.rows,
      objects: new Set(table.groups).size,
      features: table.x.names.length,
      groupedBy: grouping.by,
      source,
    };
    if (out !== null) {
      await out.write((draft) => drawCurves(summaries, draft, rows, plan));
      output.note(`learning curves written to ${out.path}`);
    }
    const published = flags.preset === undefined ? null : PUBLISHED_FIRST_LOOP;
    if (flags.json === true) {
      const document = {
        table: rows,
        warnings: grouping.warning === null ? [] : [grouping.warning],
        plan,
        summaries,
        ...(published && { published: Object.fromEntries(published) }),
      };
      output.print(JSON.stringify(document, null, 2));
    } else {
      output.print(
        `${rows.rows} rows of ${rows.objects} objects (${
          grouping.by.length === 0 ? 'every row by itself' : `grouped by ${grouping.by.join(', ')}`
        }), ${rows.features} features; ${plan.seeds} runs each, ${
          tables.test
            ? `tested on the ${plural(new Set(tables.test.groups).size, 'object')} of another table`
            : `${percent(plan.heldOut)} of the objects held out`
        }.\n`,
      );
      output.print(summaryTable(summaries, published));
      output.print(tableNotes(published !== null));
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
};

const spreadText = ({ mean, sd }: Spread): string =>
  mean === null ? '–' : `${(mean * 100).toFixed(1)}${sd === null ? '' : ` ± ${(sd * 100).toFixed(1)}`}`;

const points = (value: number | null): string =>
  value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(1)}`;

const summaryTable = (
  summaries: readonly SimulationSummary[],
  published: ReadonlyMap<number, number> | null,
): string => {
  const varied = summaries.some(({ variant }) => variant !== '');
  return textTable(
    [
      'engine',
      'strategy',
      ...(varied ? ['variant'] : []),
      'labels',
      'held out %',
      'AUC %',
      'reported %',
      'bias',
      'covers',
      'training %',
      'balanced %',
      ...(published === null ? [] : ['published %']),
    ],
    summaries.map((one) => [
      one.engine,
      one.strategy,
      ...(varied ? [one.variant] : []),
      String(one.labels),
      spreadText(one.heldOutAccuracy),
      spreadText(one.heldOutAuc),
      spreadText(one.honestAccuracy),
      points(one.bias),
      one.coverage === null ? '–' : percent(one.coverage),
      spreadText(one.trainingAccuracy),
      spreadText(one.heldOutBalancedAccuracy),
      ...(published === null
        ? []
        : [published.has(one.labels) ? ((published.get(one.labels) ?? 0) * 100).toFixed(0) : '']),
    ]),
  );
};

const tableNotes = (withPublished: boolean): string =>
  [
    '\nheld out: true accuracy, on objects never labelled; reported: the accuracy that a round would report',
    'from its own labels; bias: reported minus held out, in points; covers: how often its 95 % interval contains the true accuracy.',
    ...(withPublished
      ? [
          'published: the reference’s own table of training accuracies: compare it with the training column, not with held out.',
        ]
      : []),
  ].join('\n');

const drawCurves = async (
  summaries: readonly SimulationSummary[],
  path: string,
  rows: { readonly rows: number; readonly objects: number },
  plan: SimulationPlan,
): Promise<void> => {
  const pictures = createPictureClient();
  const name = ({ engine, strategy, variant }: SimulationSummary): string =>
    [strategy, ...(plan.engines.length > 1 ? [engine] : []), variant]
      .filter((word) => word !== '')
      .join(', ');
  const curves = Map.groupBy(summaries, name);
  try {
    const png = await pictures.learningCurves({
      title: 'Accuracy on held-out objects',
      subtitle: `${rows.objects} objects, mean and standard deviation of ${plan.seeds} runs`,
      majorityRate: summaries[0]?.majorityRate.mean ?? null,
      curves: [...curves].map(([curve, of]) => ({
        name: curve,
        points: of.flatMap(({ labels, heldOutAccuracy: { mean, sd } }) =>
          mean === null ? [] : [{ labels, mean, low: mean - (sd ?? 0), high: mean + (sd ?? 0) }],
        ),
      })),
    });
    await writeFile(path, png);
  } finally {
    await pictures.close();
  }
};
