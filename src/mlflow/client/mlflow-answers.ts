import { z } from 'zod';
import { MlflowError } from './mlflow-error.ts';

/** The parts of MLflow's answers that are read; what is left out of an answer is empty there. */

const entry = z.object({ key: z.string(), value: z.string().default('') });

const run = z.object({
  info: z.object({
    run_id: z.string().min(1),
    experiment_id: z.string(),
    run_name: z.string().default(''),
    status: z.string(),
    start_time: z.coerce.number().default(0),
    artifact_uri: z.string().default(''),
  }),
  data: z.object({ tags: z.array(entry).default([]) }).default({ tags: [] }),
});

const modelVersion = z.object({
  name: z.string(),
  version: z.coerce.string(),
  run_id: z.string().default(''),
  source: z.string().default(''),
});

export const experimentAnswer = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().default('active') }),
});
export const createdExperimentAnswer = z.object({ experiment_id: z.string() });
export const runAnswer = z.object({ run });
export const runsAnswer = z.object({
  runs: z.array(run).default([]),
  next_page_token: z.string().default(''),
});
export const modelVersionAnswer = z.object({ model_version: modelVersion });
export const modelVersionsAnswer = z.object({ model_versions: z.array(modelVersion).default([]) });
export const emptyAnswer = z.unknown();

export interface MlflowRun {
  readonly runId: string;
  readonly experimentId: string;
  readonly runName: string;
  /** RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. */
  readonly status: string;
  /** Unix time, ms. */
  readonly startTime: number;
  readonly artifactUri: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MlflowModelVersion {
  readonly name: string;
  /** A whole number as MLflow writes it, '1' for the first. */
  readonly version: string;
  /** The run that made it; empty when MLflow does not know. */
  readonly runId: string;
  readonly source: string;
}

export const toRun = ({ info, data }: z.output<typeof run>): MlflowRun => ({
  runId: info.run_id,
  experimentId: info.experiment_id,
  runName: info.run_name,
  status: info.status,
  startTime: info.start_time,
  artifactUri: info.artifact_uri,
  tags: Object.fromEntries(data.tags.map(({ key, value }) => [key, value])),
});

export const toModelVersion = (version: z.output<typeof modelVersion>): MlflowModelVersion => ({
  name: version.name,
  version: version.version,
  runId: version.run_id,
  source: version.source,
});

/**
 * An answer as `schema` has it.
 * @throws MlflowError `bad-answer`
 */
export const readAnswer = <S extends z.ZodType>(schema: S, text: string): z.output<S> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MlflowError(
      'bad-answer',
      'What answered does not speak JSON: is this the address of an MLflow server, or of a page before it?',
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MlflowError(
    'bad-answer',
    `MLflow's answer has no ${issue?.path.join('.') ?? 'sense'} where one belongs: is this an MLflow server?`,
  );
};
