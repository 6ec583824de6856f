import { Buffer } from 'node:buffer';
import type { MlflowClient, MlflowRun } from './client/mlflow-client.ts';
import { isRefusal } from './client/mlflow-error.ts';
import { exportModel } from './onnx/export-model.ts';
import { ROUND_KEY_TAG, type RoundRecord } from './round-record.ts';
import type { AliasWork } from './tracking-work.ts';

/** Folder of the model among a run's artifacts. */
const MODEL_FOLDER = 'model';

/** Tag of a finished run that says what became of its files. */
const ARTIFACTS_TAG = 'finkvra.artifacts';

export interface LoggedRound {
  readonly runId: string;
  /** Version in the registry; null without a registered model, an ONNX form or a place for the files. */
  readonly modelVersion: string | null;
  /** What could not be logged as asked, in words for a person; mostly empty. */
  readonly warnings: readonly string[];
}

/**
 * Logs a round with its model (its saved JSON text, or null), from the beginning or from where an earlier try
 * was cut off: the run is found by the round's key, what it has is written again with the same values, and
 * only when everything is there is it finished. Safe to do any number of times.
 * @throws MlflowError, and whatever the model's export throws; the signal's reason once it is aborted
 */
export const logRound = async (
  client: MlflowClient,
  record: RoundRecord,
  model: string | null,
  signal?: AbortSignal,
): Promise<LoggedRound> => {
  const experimentId = await client.getOrCreateExperiment(record.experiment, signal);
  const run = await beginRun(client, experimentId, record, signal);
  if (run.status === 'FINISHED') return finishedBefore(client, run, record, signal);

  await client.logBatch(
    run.runId,
    {
      params: record.params,
      tags: record.tags,
      metrics: Object.entries(record.metrics).map(([key, value]) => ({
        key,
        value,
        // The same in every try, so that a metric is not logged twice.
        timestamp: record.finishedAt,
        step: record.step,
      })),
    },
    signal,
  );
  const warnings: string[] = [];
  if (run.runName !== record.runName) {
    warnings.push(`${record.runName} is logged as ${run.runName}: another store has a run of that name.`);
  }
  const uploaded = await uploadFiles(client, run, record, signal);
  if (!uploaded) {
    warnings.push(
      `The MLflow server does not take files itself (artifacts go to ${run.artifactUri.split(`/${run.runId}`)[0]}): the round is logged without files and model. Start it with --artifacts-destination, and use a new experiment.`,
    );
  }
  const loadable =
    uploaded && model !== null && (await uploadModel(client, run, record, model, warnings, signal));
  const modelVersion = loadable ? await registerVersion(client, run, record, warnings, signal) : null;
  await client.logBatch(
    run.runId,
    { tags: [{ key: ARTIFACTS_TAG, value: uploaded ? 'uploaded' : 'not proxied' }] },
    signal,
  );
  await client.finishRun(run.runId, { status: 'FINISHED', endTime: record.finishedAt }, signal);
  return { runId: run.runId, modelVersion, warnings };
};

/** The round's run, made if need be. Of several, left by answers that came too late, only one is kept. */
const beginRun = async (
  client: MlflowClient,
  experimentId: string,
  record: RoundRecord,
  signal?: AbortSignal,
): Promise<MlflowRun> => {
  const runs = await client.runsByTag(experimentId, ROUND_KEY_TAG, record.key, signal);
  const kept = runs.find(({ status }) => status === 'FINISHED') ?? runs[0];
  if (kept === undefined) {
    const tags = record.tags.filter(({ key }) => key.startsWith('finkvra.'));
    const runName = await freeName(client, experimentId, record, signal);
    return client.createRun({ experimentId, runName, startTime: record.startedAt, tags }, signal);
  }
  for (const run of runs) {
    if (run !== kept && run.status !== 'FINISHED') await client.deleteRun(run.runId, signal);
  }
  return kept;
};

/** Tag under which MLflow itself keeps a run's name. */
const NAME_TAG = 'mlflow.runName';
/** Letters of the store's id that tell it from the other stores of one experiment. */
const ID_LETTERS = 8;

/**
 * The round's own name, unless a run of another store has it: MLflow would take both, and nobody could tell
 * them apart in its lists. That happens when the store's first round could not ask MLflow for the last one.
 */
const freeName = async (
  client: MlflowClient,
  experimentId: string,
  { runName, key }: RoundRecord,
  signal?: AbortSignal,
): Promise<string> => {
  const [taken] = await client.runsByTag(experimentId, NAME_TAG, runName, signal);
  return taken === undefined ? runName : `${runName}_${key.slice(0, ID_LETTERS)}`;
};

const finishedBefore = async (
  client: MlflowClient,
  run: MlflowRun,
  { registeredModel }: RoundRecord,
  signal?: AbortSignal,
): Promise<LoggedRound> => {
  const version =
    registeredModel === null ? null : await client.findModelVersion(registeredModel, run.runId, signal);
  return { runId: run.runId, modelVersion: version?.version ?? null, warnings: [] };
};

/** False when the server does not take the run's files. */
const uploadFiles = async (
  client: MlflowClient,
  run: MlflowRun,
  { files }: RoundRecord,
  signal?: AbortSignal,
): Promise<boolean> => {
  for (const { path, text } of files) {
    const outcome = await client.uploadArtifact(run, path, Buffer.from(text, 'utf8'), signal);
    if (outcome.kind === 'not-proxied') return false;
  }
  return true;
};

/** True when the model is there in a form that MLflow can load. */
const uploadModel = async (
  client: MlflowClient,
  run: MlflowRun,
  record: RoundRecord,
  saved: string,
  warnings: string[],
  signal?: AbortSignal,
): Promise<boolean> => {
  const folder = await exportModel(
    {
      saved,
      runId: run.runId,
      artifactPath: MODEL_FOLDER,
      createdAt: record.finishedAt,
      classes: record.classes,
      example: record.example,
    },
    signal,
  );
  for (const { path, bytes } of folder.files) {
    await client.uploadArtifact(run, `${MODEL_FOLDER}/${path}`, bytes, signal);
  }
  if (folder.withoutOnnx === null) return true;
  warnings.push(`The model is logged as our own JSON only: ${folder.withoutOnnx}.`);
  return false;
};

const registerVersion = async (
  client: MlflowClient,
  run: MlflowRun,
  { registeredModel, key, round }: RoundRecord,
  warnings: string[],
  signal?: AbortSignal,
): Promise<string | null> => {
  if (registeredModel === null) return null;
  try {
    await client.registerModel(registeredModel, undefined, signal);
    const found = await client.findModelVersion(registeredModel, run.runId, signal);
    if (found !== null) return found.version;
    const made = await client.createModelVersion(
      {
        name: registeredModel,
        run,
        artifactPath: MODEL_FOLDER,
        description: `Round ${round}`,
        tags: [{ key: ROUND_KEY_TAG, value: key }],
      },
      signal,
    );
    return made.version;
  } catch (error) {
    if (!isRefusal(error, 'FEATURE_DISABLED', 'ENDPOINT_NOT_FOUND', 'NOT_IMPLEMENTED')) throw error;
    warnings.push(`The MLflow server has no model registry: the model is logged but not registered.`);
    return null;
  }
};

export type AliasOutcome =
  | { readonly kind: 'set'; readonly runId: string; readonly modelVersion: string }
  /** The round's run is not there or not finished. */
  | { readonly kind: 'not-logged-yet' }
  /** The round is logged, but its model is no version in the registry. */
  | { readonly kind: 'no-version'; readonly runId: string };

/** Sets an alias on the version that a round's model became. Safe to do any number of times. */
export const setRoundAlias = async (
  client: MlflowClient,
  { experiment, roundKey, registeredModel, alias }: AliasWork,
  signal?: AbortSignal,
): Promise<AliasOutcome> => {
  const experimentId = await client.findExperiment(experiment, signal);
  if (experimentId === null) return { kind: 'not-logged-yet' };
  const runs = await client.runsByTag(experimentId, ROUND_KEY_TAG, roundKey, signal);
  const run = runs.find(({ status }) => status === 'FINISHED');
  if (run === undefined) return { kind: 'not-logged-yet' };
  const version = await client.findModelVersion(registeredModel, run.runId, signal);
  if (version === null) return { kind: 'no-version', runId: run.runId };
  await client.setAlias(registeredModel, alias, version.version, signal);
  return { kind: 'set', runId: run.runId, modelVersion: version.version };
};
