import { Argument, Command, InvalidArgumentError } from 'commander';
import { minuteUtc, percent, textTable } from '../../bot/content/format.ts';
import { type Config, type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { promoteRound, rollBack } from '../../loop/rounds/champion.ts';
import { parseRoundReport } from '../../loop/rounds/round-report.ts';
import type { TrackingTarget } from '../../mlflow/round-jobs.ts';
import { MODEL_TYPES } from '../../pipeline/learning/label-maps.ts';
import { storeId } from '../../store/key-value.ts';
import type { Db } from '../../store/open-store.ts';
import { allModels, championModel, type ModelSummary } from '../../store/rounds/models.ts';
import { openExistingStore } from '../cli-store.ts';
import type { Output } from '../output.ts';

interface JsonFlag {
  readonly json?: boolean;
}

const roundNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be the number of a round.');
  return value;
};

export const modelsCommand = (output: Output, env: Environment): Command => {
  const command = new Command('models');
  const withStore = async <T>(work: (db: Db, config: Config) => Promise<T>): Promise<T> => {
    const config = readConfig(env);
    const db = await openExistingStore(config, output);
    try {
      return await work(db, config);
    } finally {
      await db.destroy();
    }
  };
  const show = async (db: Db, model: ModelSummary, flags: JsonFlag): Promise<void> => {
    const champion = await championModel(db, model.model_type);
    const entry = { ...plain(model), champion: champion?.id === model.id };
    output.print(flags.json === true ? JSON.stringify(entry, null, 2) : details(entry));
  };

  command
    .command('list')
    .description('all models of the type in use, oldest first; with --all of every type')
    .option('--all', 'models of every type')
    .option('--json', 'print one JSON document')
    .action((flags: JsonFlag & { readonly all?: boolean }) =>
      withStore(async (db, { modelType }) => {
        const champions = await championIds(db);
        const entries = (await allModels(db, flags.all === true ? undefined : modelType)).map((model) => ({
          ...plain(model),
          champion: champions.has(model.id),
        }));
        output.print(
          flags.json === true ? JSON.stringify(entries, null, 2) : table(entries, flags.all === true),
        );
      }),
    );
  command
    .command('show')
    .description('one model: the champion, or that of a round')
    .addArgument(new Argument('[round]', 'number of the round').argParser(roundNumber))
    .option('--json', 'print one JSON document')
    .action((round: number | undefined, flags: JsonFlag) =>
      withStore(async (db, { modelType }) => {
        const model =
          round === undefined
            ? await championModel(db, modelType)
            : (await allModels(db)).find((one) => one.round === round);
        if (model === undefined) {
          throw new FinkvraError(
            `${round === undefined ? 'There is no champion yet' : `Round ${round} has no model`}: finkvra models list says which rounds have one; they come with closed rounds (npm start).`,
          );
        }
        await show(db, model, flags);
      }),
    );
  command
    .command('promote')
    .description('make the model of a round the champion')
    .addArgument(new Argument('<round>', 'number of the round').argParser(roundNumber))
    .option('--json', 'print one JSON document')
    .action((round: number, flags: JsonFlag) =>
      withStore(async (db, config) => {
        await show(
          db,
          await promoteRound(db, round, await target(db, config), new Date().toISOString()),
          flags,
        );
      }),
    );
  command
    .command('rollback')
    .description('make the previous champion the champion again')
    .option('--json', 'print one JSON document')
    .action((flags: JsonFlag) =>
      withStore(async (db, config) => {
        const at = new Date().toISOString();
        await show(db, await rollBack(db, config.modelType, await target(db, config), at), flags);
      }),
    );
  return command;
};

const target = async (db: Db, { mlflow }: Config): Promise<TrackingTarget | null> =>
  mlflow === null ? null : { ...mlflow, storeId: await storeId(db) };

/** The champion of each model type. */
const championIds = async (db: Db): Promise<Set<number>> => {
  const champions = await Promise.all(MODEL_TYPES.map((type) => championModel(db, type)));
  return new Set(champions.flatMap((one) => (one === undefined ? [] : [one.id])));
};

const plain = ({
  round,
  model_type,
  engine,
  seed,
  labels,
  trained_at,
  promoted_at,
  report,
}: ModelSummary) => {
  const honest = report === null ? null : parseRoundReport(report).honest;
  return {
    round,
    modelType: model_type,
    engine,
    seed,
    labels,
    trainedAt: trained_at,
    promotedAt: promoted_at,
    accuracy: honest?.accuracy ?? null,
    low: honest?.low ?? null,
    high: honest?.high ?? null,
  };
};

type Entry = ReturnType<typeof plain> & { readonly champion: boolean };

const interval = ({ low, high }: Entry): string =>
  low === null || high === null ? '' : `${Math.round(low * 100)}–${Math.round(high * 100)} %`;

/** @param typed whether to show each model's type */
const table = (entries: readonly Entry[], typed: boolean): string =>
  entries.length === 0
    ? 'No model yet: the first comes with the first closed round.'
    : textTable(
        ['round', ...(typed ? ['type'] : []), 'engine', 'labels', 'accuracy', '95 %', 'trained', ''],
        entries.map((entry) => [
          String(entry.round),
          ...(typed ? [entry.modelType] : []),
          entry.engine,
          String(entry.labels),
          percent(entry.accuracy),
          interval(entry),
          minuteUtc(entry.trainedAt),
          entry.champion ? 'champion' : '',
        ]),
      );

const details = (entry: Entry): string =>
  [
    `Model of round ${entry.round} (${entry.modelType})${entry.champion ? ', the champion' : ''}`,
    `${entry.engine}, seed ${entry.seed}, ${entry.labels} labels, trained ${minuteUtc(entry.trainedAt)}`,
    `accuracy ${percent(entry.accuracy)} (${interval(entry)})`,
    entry.promotedAt === null ? 'never promoted' : `promoted ${minuteUtc(entry.promotedAt)}`,
  ].join('\n');
