import { logBatches, type MlflowEntry, type RunData } from './log-batches.ts';
import {
  createdExperimentAnswer,
  experimentAnswer,
  type MlflowRun,
  readAnswer,
  runAnswer,
  runsAnswer,
  toRun,
} from './mlflow-answers.ts';
import { type MlflowCalls, quoted } from './mlflow-calls.ts';
import { isRefusal, MlflowError } from './mlflow-error.ts';

/** A page of runs, and how many pages are read when looking for the last finished run. */
const PAGE = 100;
const PAGES = 10;

export interface MlflowExperiments {
  /** Id of the experiment of this name, made if need be, also when somebody else makes it meanwhile. */
  getOrCreateExperiment(name: string, signal?: AbortSignal): Promise<string>;
  /** Id of the experiment of this name, null when there is none. */
  findExperiment(name: string, signal?: AbortSignal): Promise<string | null>;
}

/** `not-proxied`: the server does not take the experiment's artifacts itself; nothing was sent. */
export type UploadOutcome =
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'not-proxied'; readonly artifactUri: string };

export interface MlflowRuns {
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

/** Experiments, by name. */
export const experimentMethods = (calls: MlflowCalls): MlflowExperiments => {
  const findExperiment = async (name: string, signal?: AbortSignal): Promise<string | null> => {
    let text: string;
    try {
      text = await calls.get('experiments/get-by-name', { experiment_name: name }, signal);
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
      const answer = await calls.post('experiments/create', { name }, signal);
      return readAnswer(createdExperimentAnswer, answer).experiment_id;
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
      // Somebody else made it between the two calls.
      const theirs = await findExperiment(name, signal);
      if (theirs === null) throw error;
      return theirs;
    }
  };

  return { findExperiment, getOrCreateExperiment };
};

/** Runs: making, finding, filling and ending them. */
export const runMethods = (calls: MlflowCalls): MlflowRuns => {
  const searchRuns = async (
    search: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<{ runs: MlflowRun[]; next: string }> => {
    const answer = readAnswer(runsAnswer, await calls.post('runs/search', search, signal));
    return { runs: answer.runs.map(toRun), next: answer.next_page_token };
  };

  return {
    createRun: async ({ experimentId, runName, startTime, tags = [] }, signal) => {
      const body = {
        experiment_id: experimentId,
        run_name: runName,
        start_time: Math.round(startTime),
        tags,
      };
      return toRun(readAnswer(runAnswer, await calls.post('runs/create', body, signal)).run);
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
        await calls.act('runs/log-batch', { run_id: runId, ...batch, metrics }, signal);
      }
    },
    uploadArtifact: async ({ artifactUri }, path, content, signal) => {
      const target = proxiedPath(artifactUri, path, calls.host);
      if (target === null) return { kind: 'not-proxied', artifactUri };
      await calls.put(target, content, signal);
      return { kind: 'uploaded' };
    },
    finishRun: async (runId, { status, endTime }, signal) => {
      await calls.act('runs/update', { run_id: runId, status, end_time: Math.round(endTime) }, signal);
    },
    deleteRun: async (runId, signal) => {
      await calls.act('runs/delete', { run_id: runId }, signal);
    },
  };
};

/**
 * Path under the tracking server's address where a file of a run is put, for an artifact URI of the scheme
 * mlflow-artifacts, by which the server says that it takes artifacts itself. Null for every other scheme, and
 * when the URI names another host: its credentials are not ours to send there.
 *
 * @param host host and port of the tracking server
 * @param path segments separated by /
 */
const proxiedPath = (artifactUri: string, path: string, host: string): string | null => {
  const parts = /^mlflow-artifacts:(?:\/\/([^/]*))?(\/.*)?$/.exec(artifactUri);
  if (parts === null) return null;
  const [, uriHost = '', root = ''] = parts;
  if (uriHost !== '' && uriHost !== host) return null;
  const segments = [...root.split('/'), ...path.split('/')].filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw new RangeError(`An artifact's path cannot go up: ${path}`);
  }
  return `/api/2.0/mlflow-artifacts/artifacts/${segments.map(encodeURIComponent).join('/')}`;
};
