import { createMlflowCalls } from './mlflow-calls.ts';
import type { MlflowServer } from './mlflow-http.ts';
import { type MlflowRegistry, registryMethods } from './mlflow-registry.ts';
import { experimentMethods, type MlflowExperiments, type MlflowRuns, runMethods } from './mlflow-runs.ts';

export type { MlflowRun } from './mlflow-answers.ts';
export type { MlflowAuth, MlflowServer } from './mlflow-http.ts';

/**
 * MLflow's REST API 2.0 as far as rounds need it. Every call may throw a `MlflowError`, or the signal's
 * reason once it is aborted.
 */
export interface MlflowClient extends MlflowExperiments, MlflowRuns, MlflowRegistry {
  /** Asks for something that needs the credentials; the server's version, null where it does not say. */
  ping(signal?: AbortSignal): Promise<{ readonly version: string | null }>;
}

/**
 * A client of one MLflow server (2.3 or later, for the aliases).
 * @throws FinkvraError if the address or the credentials cannot be used
 *
 * @example
 * const mlflow = createMlflowClient({ url: 'http://127.0.0.1:5000', auth: null });
 * const experimentId = await mlflow.getOrCreateExperiment('finkvra-galactic');
 */
export const createMlflowClient = (server: MlflowServer): MlflowClient => {
  const calls = createMlflowCalls(server);
  return {
    ping: async (signal) => {
      await calls.act('experiments/search', { max_results: 1 }, signal);
      const text = await calls.version(signal);
      return { version: /^\d+\.\d+[\w.+-]*$/.exec(text?.trim() ?? '')?.[0] ?? null };
    },
    ...experimentMethods(calls),
    ...runMethods(calls),
    ...registryMethods(calls),
  };
};
