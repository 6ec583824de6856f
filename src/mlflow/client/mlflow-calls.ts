import { emptyAnswer, readAnswer } from './mlflow-answers.ts';
import { MlflowError } from './mlflow-error.ts';
import { createMlflowHttp, type MlflowServer } from './mlflow-http.ts';

/** The ways in which MLflow's REST API 2.0 is called; paths without what all of them begin with. */
export interface MlflowCalls {
  /** Host and port of the server. */
  readonly host: string;
  get(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string>;
  post(path: string, body: object, signal?: AbortSignal): Promise<string>;
  /** A post whose answer says nothing but has to be MLflow's. */
  act(path: string, body: object, signal?: AbortSignal): Promise<void>;
  /** Puts bytes at a path from the server's root. */
  put(path: string, content: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** What the server says of its version; null when it has no page for it. */
  version(signal?: AbortSignal): Promise<string | null>;
}

/** @throws FinkvraError if the address or the credentials cannot be used */
export const createMlflowCalls = (server: MlflowServer): MlflowCalls => {
  const http = createMlflowHttp(server);
  const post: MlflowCalls['post'] = (path, body, signal) =>
    http.send({ method: 'POST', path: `/api/2.0/mlflow/${path}`, body, signal });
  return {
    host: http.address.host,
    get: (path, query, signal) =>
      http.send({ method: 'GET', path: `/api/2.0/mlflow/${path}`, query, signal }),
    post,
    act: async (path, body, signal) => {
      readAnswer(emptyAnswer, await post(path, body, signal));
    },
    put: async (path, content, signal) => {
      await http.send({ method: 'PUT', path, body: content, signal });
    },
    version: async (signal) => {
      try {
        return await http.send({ method: 'GET', path: '/version', signal });
      } catch (error) {
        // Hosted ones speak the same API without telling their version.
        if (error instanceof MlflowError && error.status === 404) return null;
        throw error;
      }
    },
  };
};

/** A name or text in MLflow's search language, which has no way to write a quote inside one. */
export const quoted = (text: string, quote: "'" | '`'): string => {
  if (!text.includes(quote)) return `${quote}${text}${quote}`;
  throw new MlflowError('refused', `MLflow cannot search for a name with ${quote} in it: ${text}`);
};
