import { logBatches, type MlflowEntry, type RunData } from './log-batches.ts';
import {
  createdExperimentAnswer,
  emptyAnswer,
  experimentAnswer,
  type MlflowModelVersion,
  type MlflowRun,
  modelVersionAnswer,
  modelVersionsAnswer,
  readAnswer,
  runAnswer,
  runsAnswer,
  toModelVersion,
  toRun,
} from './mlflow-answers.ts';
import { isRefusal, MlflowError } from './mlflow-error.ts';
import { createMlflowHttp, type MlflowServer } from './mlflow-http.ts';
import { proxiedPath } from './proxied-path.ts';

export type { MlflowModelVersion, MlflowRun } from './mlflow-answers.ts';
export type { MlflowAuth, MlflowServer } from './mlflow-http.ts';

/** `not-proxied`: the server does not take the experiment's artifacts itself; nothing was sent. */
export type UploadOutcome =
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'not-proxied'; readonly artifactUri: string };

/**
 * MLflow's REST API 2.0 as far as rounds need it. Every call may throw a `MlflowError`, or the signal's
 * reason once it is aborted.
 */
export interface MlflowClient {
  /** Asks for something that needs the credentials; the server's version, null where it does not say. */
  ping(signal?: AbortSignal): Promise<{ readonly version: string | null }>;
  /** Id of the experiment of this name, made if need be, also when somebody else makes it meanwhile. */
  getOrCreateExperiment(name: string, signal?: AbortSignal): Promise<string>;
  /** Id of the experiment of this name, null when there is none. */
  findExperiment(name: string, signal?: AbortSignal): Promise<string | null>;
  createRun(run: NewRun, signal?: AbortSignal): Promise<MlflowRun>;
  /** Runs that are not deleted and carry this tag, the earliest started first. */
  runsByTag(experimentId: string, key: string, value: string, signal?: AbortSignal): Promise<MlflowRun[]>;
  /** The finished run that started last and passes `accepts`, among the last 1,000; null without one. */
  lastFinishedRun(
    experimentId: string,
    accepts?: (run: MlflowRun) => boolean,
    signal?: AbortSignal,
  ): Promise<MlflowRun | null>;
  /** Logs any number of metrics, parameters and tags; doing so again with the same values changes nothing. */
  logBatch(runId: string, data: RunData, signal?: AbortSignal): Promise<void>;
  /** Puts a file of the run at `path` (segments separated by /), over what is there. */
  uploadArtifact(
    run: Pick<MlflowRun, 'artifactUri'>,
    path: string,
    content: Uint8Array,
    signal?: AbortSignal,
  ): Promise<UploadOutcome>;
  finishRun(runId: string, end: RunEnd, signal?: AbortSignal): Promise<void>;
  /** Moves a run to MLflow's bin, from where it can be restored. */
  deleteRun(runId: string, signal?: AbortSignal): Promise<void>;
  /** Sees to it that there is a registered model of this name. */
  registerModel(name: string, description?: string, signal?: AbortSignal): Promise<void>;
  createModelVersion(version: NewModelVersion, signal?: AbortSignal): Promise<MlflowModelVersion>;
  /** The first version of this model that was made from this run; null when there is none. */
  findModelVersion(name: string, runId: string, signal?: AbortSignal): Promise<MlflowModelVersion | null>;
  setAlias(name: string, alias: string, version: string, signal?: AbortSignal): Promise<void>;
  /** The version with this alias; null when the alias or the model is not there. */
  getAlias(name: string, alias: string, signal?: AbortSignal): Promise<MlflowModelVersion | null>;
}

export interface NewRun {
  readonly experimentId: string;
  readonly runName: string;
  /** Unix time, ms. */
  readonly startTime: number;
  readonly tags?: readonly MlflowEntry[];
}

export interface RunEnd {
  readonly status: 'FINISHED' | 'FAILED' | 'KILLED';
  /** Unix time, ms. */
  readonly endTime: number;
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

/** A page of runs, and how many pages are read when looking for the last finished run. */
const PAGE = 100;
const PAGES = 10;

/**
 * A client of one MLflow server (2.3 or later, for the aliases).
 * @throws FinkvraError if the address or the credentials cannot be used
 *
 * @example
 * const mlflow = createMlflowClient({ url: 'http://127.0.0.1:5000', auth: null });
 * const experimentId = await mlflow.getOrCreateExperiment('finkvra-galactic');
 */
export const createMlflowClient = (server: MlflowServer): MlflowClient => {
  const http = createMlflowHttp(server);
  const get = (
    path: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<string> => http.send({ method: 'GET', path: `/api/2.0/mlflow/${path}`, query, signal });
  const post = (path: string, body: object, signal?: AbortSignal): Promise<string> =>
    http.send({ method: 'POST', path: `/api/2.0/mlflow/${path}`, body, signal });

  /** A post whose answer says nothing but has to be MLflow's. */
  const act = async (path: string, body: object, signal?: AbortSignal): Promise<void> => {
    readAnswer(emptyAnswer, await post(path, body, signal));
  };

  const findExperiment = async (name: string, signal?: AbortSignal): Promise<string | null> => {
    let text: string;
    try {
      text = await get('experiments/get-by-name', { experiment_name: name }, signal);
    } catch (error) {
      if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) return null;
      throw error;
    }
    const { experiment } = readAnswer(experimentAnswer, text);
    if (experiment.lifecycle_stage !== 'deleted') return experiment.experiment_id;
    throw new MlflowError(
      'refused',
      `The MLflow experiment "${name}" was deleted: restore it (mlflow experiments restore) or set another name`,
    );
  };

  const getOrCreateExperiment = async (name: string, signal?: AbortSignal): Promise<string> => {
    const found = await findExperiment(name, signal);
    if (found !== null) return found;
    try {
      const answer = await post('experiments/create', { name }, signal);
      return readAnswer(createdExperimentAnswer, answer).experiment_id;
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
      // Somebody else made it between the two calls.
      const theirs = await findExperiment(name, signal);
      if (theirs === null) throw error;
      return theirs;
    }
  };

  const searchRuns = async (
    search: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<{ runs: MlflowRun[]; next: string }> => {
    const answer = readAnswer(runsAnswer, await post('runs/search', search, signal));
    return { runs: answer.runs.map(toRun), next: answer.next_page_token };
  };

  return {
    ping: async (signal) => {
      await act('experiments/search', { max_results: 1 }, signal);
      try {
        const text = await http.send({ method: 'GET', path: '/version', signal });
        return { version: /^\d+\.\d+[\w.+-]*$/.exec(text.trim())?.[0] ?? null };
      } catch (error) {
        // Hosted ones speak the same API without telling their version.
        if (error instanceof MlflowError && error.status === 404) return { version: null };
        throw error;
      }
    },
    getOrCreateExperiment,
    findExperiment,
    createRun: async ({ experimentId, runName, startTime, tags = [] }, signal) => {
      const body = {
        experiment_id: experimentId,
        run_name: runName,
        start_time: Math.round(startTime),
        tags,
      };
      return toRun(readAnswer(runAnswer, await post('runs/create', body, signal)).run);
    },
    runsByTag: async (experimentId, key, value, signal) => {
      const { runs } = await searchRuns(
        {
          experiment_ids: [experimentId],
          filter: `tags.${quoted(key, '`')} = ${quoted(value, "'")}`,
          order_by: ['attributes.start_time ASC'],
          run_view_type: 'ACTIVE_ONLY',
          max_results: PAGE,
        },
        signal,
      );
      return runs;
    },
    lastFinishedRun: async (experimentId, accepts = () => true, signal) => {
      let token = '';
      for (let page = 0; page < PAGES; page++) {
        const { runs, next } = await searchRuns(
          {
            experiment_ids: [experimentId],
            filter: "attributes.status = 'FINISHED'",
            order_by: ['attributes.start_time DESC'],
            run_view_type: 'ACTIVE_ONLY',
            max_results: PAGE,
            ...(token === '' ? {} : { page_token: token }),
          },
          signal,
        );
        const found = runs.find(accepts);
        if (found !== undefined) return found;
        if (next === '') return null;
        token = next;
      }
      return null;
    },
    logBatch: async (runId, data, signal) => {
      for (const batch of logBatches(data)) {
        const metrics = batch.metrics.map((metric) => ({
          ...metric,
          timestamp: Math.round(metric.timestamp),
        }));
        await act('runs/log-batch', { run_id: runId, ...batch, metrics }, signal);
      }
    },
    uploadArtifact: async ({ artifactUri }, path, content, signal) => {
      const target = proxiedPath(artifactUri, path, http.address.host);
      if (target === null) return { kind: 'not-proxied', artifactUri };
      await http.send({ method: 'PUT', path: target, body: content, signal });
      return { kind: 'uploaded' };
    },
    finishRun: async (runId, { status, endTime }, signal) => {
      await act('runs/update', { run_id: runId, status, end_time: Math.round(endTime) }, signal);
    },
    deleteRun: async (runId, signal) => {
      await act('runs/delete', { run_id: runId }, signal);
    },
    registerModel: async (name, description, signal) => {
      try {
        await post(
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
      const answer = await post('model-versions/create', body, signal);
      return toModelVersion(readAnswer(modelVersionAnswer, answer).model_version);
    },
    findModelVersion: async (name, runId, signal) => {
      const filter = `name = ${quoted(name, "'")} and run_id = ${quoted(runId, "'")}`;
      const answer = readAnswer(
        modelVersionsAnswer,
        await get('model-versions/search', { filter, max_results: `${PAGE}` }, signal),
      );
      const versions = answer.model_versions.map(toModelVersion);
      return versions.toSorted((a, b) => Number(a.version) - Number(b.version))[0] ?? null;
    },
    setAlias: async (name, alias, version, signal) => {
      await act('registered-models/alias', { name, alias, version }, signal);
    },
    getAlias: async (name, alias, signal) => {
      try {
        const answer = await get('registered-models/alias', { name, alias }, signal);
        return toModelVersion(readAnswer(modelVersionAnswer, answer).model_version);
      } catch (error) {
        if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) return null;
        // MLflow's SQL registry calls a missing alias an invalid parameter.
        if (isRefusal(error, 'INVALID_PARAMETER_VALUE') && error.message.includes('not found')) return null;
        throw error;
      }
    },
  };
};

/** A name or text in MLflow's search language, which has no way to write a quote inside one. */
const quoted = (text: string, quote: "'" | '`'): string => {
  if (!text.includes(quote)) return `${quote}${text}${quote}`;
  throw new MlflowError('refused', `MLflow cannot search for a name with ${quote} in it: ${text}`);
};
