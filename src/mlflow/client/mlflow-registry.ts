import type { MlflowEntry } from './log-batches.ts';
import {
  type MlflowModelVersion,
  type MlflowRun,
  modelVersionAnswer,
  modelVersionsAnswer,
  readAnswer,
  toModelVersion,
} from './mlflow-answers.ts';
import { type MlflowCalls, quoted } from './mlflow-calls.ts';
import { isRefusal } from './mlflow-error.ts';

/** Versions of one run's model that are looked at; there is one, but for a crash between two calls. */
const MOST_VERSIONS = 100;

export interface MlflowRegistry {
  /** Creates the registered model of this name if it is not there. */
  registerModel(name: string, description?: string, signal?: AbortSignal): Promise<void>;
  createModelVersion(version: NewModelVersion, signal?: AbortSignal): Promise<MlflowModelVersion>;
  /** The first version of this model that was made from this run; null when there is none. */
  findModelVersion(name: string, runId: string, signal?: AbortSignal): Promise<MlflowModelVersion | null>;
  setAlias(name: string, alias: string, version: string, signal?: AbortSignal): Promise<void>;
  /** The version with this alias; null when the alias or the model is not there. */
  getAlias(name: string, alias: string, signal?: AbortSignal): Promise<MlflowModelVersion | null>;
}

export interface NewModelVersion {
  /** Without / and :. */
  readonly name: string;
  readonly run: Pick<MlflowRun, 'runId' | 'artifactUri'>;
  /** Path of the model's folder among the run's artifacts. */
  readonly artifactPath: string;
  readonly description?: string;
  readonly tags?: readonly MlflowEntry[];
}

/** Registered models, their versions and aliases. */
export const registryMethods = (calls: MlflowCalls): MlflowRegistry => ({
  registerModel: async (name, description, signal) => {
    try {
      await calls.post(
        'registered-models/create',
        { name, ...(description === undefined ? {} : { description }) },
        signal,
      );
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    }
  },
  createModelVersion: async ({ name, run, artifactPath, description = '', tags = [] }, signal) => {
    const source = `${run.artifactUri.replace(/\/+$/, '')}/${artifactPath}`;
    const body = { name, source, run_id: run.runId, description, tags };
    const answer = await calls.post('model-versions/create', body, signal);
    return toModelVersion(readAnswer(modelVersionAnswer, answer).model_version);
  },
  findModelVersion: async (name, runId, signal) => {
    const filter = `name = ${quoted(name, "'")} and run_id = ${quoted(runId, "'")}`;
    const answer = readAnswer(
      modelVersionsAnswer,
      await calls.get('model-versions/search', { filter, max_results: `${MOST_VERSIONS}` }, signal),
    );
    const versions = answer.model_versions.map(toModelVersion);
    return versions.toSorted((a, b) => Number(a.version) - Number(b.version))[0] ?? null;
  },
  setAlias: async (name, alias, version, signal) => {
    await calls.act('registered-models/alias', { name, alias, version }, signal);
  },
  getAlias: async (name, alias, signal) => {
    try {
      const answer = await calls.get('registered-models/alias', { name, alias }, signal);
      return toModelVersion(readAnswer(modelVersionAnswer, answer).model_version);
    } catch (error) {
      if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) return null;
      // MLflow's SQL registry calls a missing alias an invalid parameter.
      if (isRefusal(error, 'INVALID_PARAMETER_VALUE') && error.message.includes('not found')) return null;
      throw error;
    }
  },
});
