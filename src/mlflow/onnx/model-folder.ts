import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SavedModel } from '../../pipeline/learning/engines/classifier.ts';
import { ONNX_OUTPUT, toOnnx } from './onnx-forest.ts';
import { toYaml } from './yaml.ts';

/** Rows of features as they are given to a model from outside; null is missing. */
export interface ExampleRows {
  readonly columns: readonly string[];
  readonly data: readonly (readonly (number | null)[])[];
}

export interface ModelFolderInput {
  /** The saved model as its JSON text, kept as it is. */
  readonly saved: string;
  readonly runId: string;
  /** Name of the folder among the run's artifacts. */
  readonly artifactPath: string;
  /** Unix time, ms. */
  readonly createdAt: number;
  /** What class 0 and class 1 mean, such as ['not galactic', 'galactic']. */
  readonly classes: readonly [string, string];
  /** A few rows as an example of the input; its columns are the model's features. */
  readonly example: ExampleRows | null;
}

export interface ArtifactFile {
  /** Segments separated by /. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A folder of files; `withoutOnnx` says why it is our JSON alone, null when Python can load it. */
export interface ModelFolder {
  readonly files: readonly ArtifactFile[];
  readonly withoutOnnx: string | null;
}

/** Our own form of the model, beside what MLflow asks for. */
const SAVED_MODEL_FILE = 'finkvra-model.json';

/** The MLflow whose folder of an ONNX model this is, and the oldest packages that read the file in it. */
const MLFLOW_VERSION = '3.17.2';
const ONNX_VERSION = '1.19.1';
const PYTHON_VERSION = '3.11';
const REQUIREMENTS = ['mlflow>=3.0', 'onnx>=1.12', 'onnxruntime>=1.12'];

const savedModel = z.object({
  engine: z.string(),
  version: z.number(),
  features: z.array(z.string()),
  parameters: z.unknown(),
});

/**
 * The files of an MLflow model: the forest as ONNX with the flavors `onnx` and `python_function`, so that
 * `mlflow.pyfunc.load_model(...).predict(table)` gives a table with the one column `probability`,
 * P(class 1); and our own JSON, from which this program reads the model back bit for bit. An engine without
 * an ONNX form gets the JSON alone, which is then no MLflow model.
 *
 * It computes for a while with a large forest: see `exportModel`.
 * @throws when the saved model is damaged
 */
export const modelFolder = (input: ModelFolderInput): ModelFolder => {
  const saved: SavedModel = savedModel.parse(JSON.parse(input.saved));
  const own = file(SAVED_MODEL_FILE, input.saved);
  const onnx = toOnnx(saved);
  if (onnx.kind === 'no-onnx-form') return { files: [own], withoutOnnx: onnx.reason };
  const files = [
    own,
    { path: 'model.onnx', bytes: new Uint8Array(onnx.bytes) },
    file('requirements.txt', `${REQUIREMENTS.join('\n')}\n`),
    file('conda.yaml', condaYaml()),
    file('python_env.yaml', pythonEnvYaml()),
    ...exampleFiles(input.example),
  ];
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { files: [file('MLmodel', mlmodel(input, saved, size)), ...files], withoutOnnx: null };
};

const file = (path: string, text: string): ArtifactFile => ({
  path,
  bytes: new Uint8Array(Buffer.from(text, 'utf8')),
});

const condaYaml = (): string =>
  toYaml({
    name: 'mlflow-env',
    channels: ['conda-forge'],
    dependencies: [`python=${PYTHON_VERSION}`, 'pip', { pip: REQUIREMENTS }],
  });

const pythonEnvYaml = (): string =>
  toYaml({
    python: PYTHON_VERSION,
    build_dependencies: ['pip', 'setuptools', 'wheel'],
    dependencies: ['-r requirements.txt'],
  });

const INPUT_EXAMPLE = 'input_example.json';
const SERVING_EXAMPLE = 'serving_input_example.json';

const exampleFiles = (example: ExampleRows | null): ArtifactFile[] =>
  example === null
    ? []
    : [
        file(INPUT_EXAMPLE, JSON.stringify(example)),
        file(SERVING_EXAMPLE, JSON.stringify({ dataframe_split: example })),
      ];

const mlmodel = (input: ModelFolderInput, saved: SavedModel, size: number): string =>
  toYaml({
    artifact_path: input.artifactPath,
    flavors: {
      onnx: {
        code: null,
        data: 'model.onnx',
        onnx_session_options: null,
        onnx_version: ONNX_VERSION,
        providers: ['CPUExecutionProvider'],
      },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: PYTHON_VERSION,
      },
    },
    metadata: {
      finkvra_engine: saved.engine,
      finkvra_class_0: input.classes[0],
      finkvra_class_1: input.classes[1],
      finkvra_model: SAVED_MODEL_FILE,
    },
    mlflow_version: MLFLOW_VERSION,
    model_size_bytes: size,
    // The same whenever the same model is exported again, after an upload that was cut off.
    model_uuid: createHash('sha256').update(`${input.runId}\n${input.saved}`).digest('hex').slice(0, 32),
    run_id: input.runId,
    ...(input.example === null
      ? {}
      : {
          saved_input_example_info: {
            artifact_path: INPUT_EXAMPLE,
            pandas_orient: 'split',
            serving_input_path: SERVING_EXAMPLE,
            type: 'dataframe',
          },
        }),
    signature: {
      // Every feature may be missing (NaN), but its column must be there.
      inputs: JSON.stringify(saved.features.map((name) => ({ type: 'double', name, required: true }))),
      outputs: JSON.stringify([{ type: 'float', name: ONNX_OUTPUT, required: true }]),
      params: null,
    },
    utc_time_created: new Date(input.createdAt).toISOString().replace('T', ' ').replace('Z', ''),
  });
