import type { IncomingMessage, ServerResponse } from 'node:http';
import { startStandInServer } from '../helpers/stand-in-server.ts';

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'hang-up' }
  /** Does what was asked, but the answer never comes. */
  | { readonly kind: 'lost-answer' }
  | { readonly kind: 'silent' };

export interface StandInRun {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly startTime: number;
  status: string;
  endTime: number | null;
  deleted: boolean;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  /** Once each, by key, step, timestamp and value, as in MLflow's own table. */
  readonly metrics: Map<string, { key: string; value: number; timestamp: number; step: number }>;
  readonly files: Map<string, Buffer>;
}

export interface StandInOptions {
  /** Value of the Authorization header that it wants. */
  readonly authorization?: string;
  /** Scheme and place of artifacts; mlflow-artifacts:/ by default. */
  readonly artifactRoot?: string;
  /** Path before /api. */
  readonly prefix?: string;
}

export interface MlflowStandIn {
  readonly url: string;
  readonly runs: StandInRun[];
  readonly experiments: Map<string, { readonly id: string; deleted: boolean }>;
  readonly models: Map<
    string,
    { versions: { runId: string; source: string }[]; aliases: Map<string, string> }
  >;
  /** Method, path without /api/2.0, and size of the body of each request that came in. */
  readonly requests: { readonly method: string; readonly path: string; readonly bytes: number }[];
  /** What happens to the next requests whose path matches, each fault once. */
  fail(path: RegExp, ...faults: readonly Fault[]): void;
  /** Called before a request is looked at. */
  onRequest: (path: string) => void;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const invalid = (message: string): Refusal => new Refusal(400, 'INVALID_PARAMETER_VALUE', message);
const missing = (message: string): Refusal => new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', message);
const exists = (message: string): Refusal => new Refusal(400, 'RESOURCE_ALREADY_EXISTS', message);

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown, name: string): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`Missing value for required parameter '${name}'.`);
};
const whole = (value: unknown, name: string): number => {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw invalid(`Parameter '${name}' must be an integer, got '${String(value)}'.`);
};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const checkKey = (key: string): string => {
  if (key.length <= 250 && /^[\w\-. :/]+$/.test(key)) return key;
  throw invalid(
    `Invalid value "${key}": Names may only contain alphanumerics, underscores (_), dashes (-), ...`,
  );
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/**
 * MLflow's REST API on a local port, as strict as the real one in what this project asks of it: its limits of a
 * batch, names and values, write-once parameters, its words and codes of refusal (as of MLflow 3.17).
 */
export const startMlflowStandIn = async (options: StandInOptions = {}): Promise<MlflowStandIn> => {
  const { artifactRoot = 'mlflow-artifacts:/', prefix = '' } = options;
  const runs: StandInRun[] = [];
  const experiments: MlflowStandIn['experiments'] = new Map();
  const models: MlflowStandIn['models'] = new Map();
  const requests: MlflowStandIn['requests'] = [];
  const faults: { readonly path: RegExp; readonly fault: Fault }[] = [];

  const runOf = (id: unknown): StandInRun => {
    const run = runs.find((candidate) => candidate.id === id);
    if (run === undefined) throw missing(`Run with id=${String(id)} not found`);
    return run;
  };
  const artifactUri = (run: StandInRun): string => `${artifactRoot}${run.experimentId}/${run.id}/artifacts`;
  const runJson = (run: StandInRun): Json => ({
    info: {
      run_id: run.id,
      experiment_id: run.experimentId,
      run_name: run.name,
      status: run.status,
      start_time: run.startTime,
      artifact_uri: artifactUri(run),
    },
    // MLflow leaves empty lists out.
    data: run.tags.size === 0 ? {} : { tags: [...run.tags].map(([key, value]) => ({ key, value })) },
  });
  const versionJson = (name: string, version: number): Json => {
    const found = models.get(name)?.versions[version - 1];
    if (found === undefined) throw missing(`Model Version (name=${name}, version=${version}) not found`);
    return { name, version: `${version}`, run_id: found.runId, source: found.source };
  };
  const modelOf = (name: unknown) => {
    const model = models.get(text(name, 'name'));
    if (model === undefined) throw missing(`Registered Model with name=${String(name)} not found`);
    return model;
  };
  const setTags = (run: StandInRun, tags: Json[]): void => {
    for (const tag of tags) {
      const value = typeof tag.value === 'string' ? tag.value : '';
      if (value.length > 8000) throw invalid("'tag value' exceeds the maximum length of 8000 characters");
      run.tags.set(checkKey(text(tag.key, 'key')), value);
    }
  };

  const logBatch = (body: Json, bytes: number): Json => {
    const run = runOf(body.run_id);
    const [metrics, params, tags] = [list(body.metrics), list(body.params), list(body.tags)];
    if (bytes > 1_000_000) throw invalid('Batched logging API requests must be at most 1000000 bytes');
    if (metrics.length > 1000) throw invalid('A batch logging request can contain at most 1000 metrics.');
    if (params.length > 100) throw invalid('A batch logging request can contain at most 100 params.');
    if (tags.length > 100) throw invalid('A batch logging request can contain at most 100 tags.');
    if (metrics.length + params.length + tags.length > 1000) {
      throw invalid('A batch logging request can contain at most 1000 metrics, params, and tags.');
    }
    for (const param of params) {
      const [key, value] = [
        checkKey(text(param.key, 'key')),
        typeof param.value === 'string' ? param.value : '',
      ];
      if (value.length > 6000) throw invalid("'param value' exceeds the maximum length of 6000 characters");
      const old = run.params.get(key);
      if (old !== undefined && old !== value) throw invalid('Changing param values is not allowed.');
      run.params.set(key, value);
    }
    setTags(run, tags);
    for (const metric of metrics) {
      const key = checkKey(text(metric.key, 'key'));
      if (typeof metric.value !== 'number') throw invalid(`Got invalid value for metric '${key}'`);
      const row = {
        key,
        value: metric.value,
        timestamp: whole(metric.timestamp, 'timestamp'),
        step: whole(metric.step, 'step'),
      };
      run.metrics.set(JSON.stringify(row), row);
    }
    return {};
  };

  /** MLflow keeps a run's name as a tag of its own, too. */
  const tagOf = (run: StandInRun, key: string): string | undefined =>
    key === 'mlflow.runName' ? run.name : run.tags.get(key);

  const searchRuns = (body: Json): Json => {
    const filter = typeof body.filter === 'string' ? body.filter : '';
    const size = typeof body.max_results === 'number' ? body.max_results : 1000;
    const start = typeof body.page_token === 'string' ? Number(body.page_token) : 0;
    const tag = /^tags\.`([^`]+)` = '([^']*)'$/.exec(filter);
    if (tag === null && filter !== "attributes.status = 'FINISHED'")
      throw invalid(`Invalid filter: ${filter}`);
    const order = Array.isArray(body.order_by) ? String(body.order_by[0]) : '';
    const sign = order === 'attributes.start_time DESC' ? -1 : 1;
    const found = runs
      .filter(({ deleted }) => !deleted)
      .filter(
        ({ experimentId }) =>
          Array.isArray(body.experiment_ids) && body.experiment_ids.includes(experimentId),
      )
      .filter((run) => (tag === null ? run.status === 'FINISHED' : tagOf(run, tag[1] ?? '') === tag[2]))
      .toSorted((a, b) => sign * (a.startTime - b.startTime));
    return {
      ...(found.length === 0 ? {} : { runs: found.slice(start, start + size).map(runJson) }),
      ...(found.length > start + size ? { next_page_token: `${start + size}` } : {}),
    };
  };

  const operations: Record<string, (body: Json, bytes: number) => Json> = {
    'GET experiments/get-by-name': ({ experiment_name: name }) => {
      const found = experiments.get(text(name, 'experiment_name'));
      if (found === undefined) throw missing(`Could not find experiment with name '${String(name)}'`);
      return {
        experiment: { experiment_id: found.id, lifecycle_stage: found.deleted ? 'deleted' : 'active' },
      };
    },
    'POST experiments/create': ({ name }) => {
      const wanted = text(name, 'name');
      if (experiments.has(wanted)) throw exists(`Experiment(name=${wanted}) already exists.`);
      const id = `${experiments.size + 1}`;
      experiments.set(wanted, { id, deleted: false });
      return { experiment_id: id };
    },
    'POST experiments/search': () => ({}),
    'POST runs/create': (body) => {
      const run: StandInRun = {
        id: `run${runs.length + 1}`,
        experimentId: text(body.experiment_id, 'experiment_id'),
        name: text(body.run_name, 'run_name'),
        startTime: whole(body.start_time, 'start_time'),
        status: 'RUNNING',
        endTime: null,
        deleted: false,
        params: new Map(),
        tags: new Map(),
        metrics: new Map(),
        files: new Map(),
      };
      setTags(run, list(body.tags));
      runs.push(run);
      return { run: runJson(run) };
    },
    'POST runs/search': searchRuns,
    'POST runs/log-batch': logBatch,
    'POST runs/update': (body) => {
      const run = runOf(body.run_id);
      run.status = text(body.status, 'status');
      run.endTime = whole(body.end_time, 'end_time');
      return {};
    },
    'POST runs/delete': (body) => {
      runOf(body.run_id).deleted = true;
      return {};
    },
    'POST registered-models/create': ({ name }) => {
      const wanted = text(name, 'name');
      if (/[/:]/.test(wanted))
        throw invalid(`Invalid model name '${wanted}'. Names cannot contain '/' or ':'.`);
      if (models.has(wanted)) throw exists(`Registered Model (name=${wanted}) already exists.`);
      models.set(wanted, { versions: [], aliases: new Map() });
      return {};
    },
    'POST model-versions/create': (body) => {
      const model = modelOf(body.name);
      const run = runOf(body.run_id);
      const source = text(body.source, 'source');
      if (!source.startsWith(`${artifactUri(run)}/`))
        throw invalid(`Invalid model version source: '${source}'.`);
      model.versions.push({ runId: run.id, source });
      return { model_version: versionJson(text(body.name, 'name'), model.versions.length) };
    },
    'GET model-versions/search': ({ filter }) => {
      const parts = /^name = '([^']*)' and run_id = '([^']*)'$/.exec(String(filter));
      if (parts === null) throw invalid(`Invalid filter: ${String(filter)}`);
      const [, name = '', runId] = parts;
      const versions = models.get(name)?.versions ?? [];
      const found = versions.flatMap((version, i) =>
        version.runId === runId ? [versionJson(name, i + 1)] : [],
      );
      return found.length === 0 ? {} : { model_versions: found };
    },
    'POST registered-models/alias': ({ name, alias, version }) => {
      const model = modelOf(name);
      versionJson(String(name), Number(version));
      model.aliases.set(text(alias, 'alias'), String(version));
      return {};
    },
    'GET registered-models/alias': ({ name, alias }) => {
      const version = modelOf(name).aliases.get(text(alias, 'alias'));
      if (version === undefined) throw invalid(`Registered model alias ${String(alias)} not found.`);
      return { model_version: versionJson(String(name), Number(version)) };
    },
  };

  const json = (response: ServerResponse, status: number, body: Json): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const answer = (method: string, url: URL, body: Buffer, response: ServerResponse): void => {
    const path = url.pathname.slice(prefix.length);
    if (method === 'GET' && path === '/version') {
      response.end('3.17.2');
      return;
    }
    const file = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/[^/]+\/([^/]+)\/artifacts\/(.+)$/.exec(path);
    if (method === 'PUT' && file !== null) {
      runOf(file[1]).files.set(decodeURIComponent(file[2] ?? ''), body);
      json(response, 200, {});
      return;
    }
    const operation = operations[`${method} ${path.replace('/api/2.0/mlflow/', '')}`];
    if (operation === undefined) {
      response
        .writeHead(404, { 'content-type': 'text/html' })
        .end('<!doctype html><title>404 Not Found</title>');
      return;
    }
    const parsed: unknown =
      method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(body.toString('utf8'));
    json(response, 200, operation(isJson(parsed) ? parsed : {}, body.length));
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = 'GET' } = request;
    requests.push({ method, path: url.pathname.replace(`${prefix}/api/2.0/`, ''), bytes: body.length });
    standIn.onRequest(url.pathname);
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401, { 'content-type': 'text/html' }).end('You are not authenticated.');
      return;
    }
    const at = faults.findIndex(({ path }) => path.test(url.pathname));
    const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
    if (fault?.kind === 'hang-up') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'status') {
      response
        .writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers })
        .end(fault.body ?? '');
      return;
    }
    try {
      if (fault?.kind === 'lost-answer') {
        // The answer goes into a response that nobody is connected to.
        request.socket.destroy();
      }
      answer(method, url, body, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      json(response, error.status, { error_code: error.code, message: error.message });
    }
  };

  const { url, stop } = await startStandInServer(handle);
  const standIn: MlflowStandIn = {
    url: `${url}${prefix}`,
    runs,
    experiments,
    models,
    requests,
    fail: (path, ...more) => {
      faults.push(...more.map((fault) => ({ path, fault })));
    },
    onRequest: () => {},
    stop,
  };
  return standIn;
};
