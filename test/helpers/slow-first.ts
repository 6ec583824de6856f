import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const folder = join(import.meta.dirname, '..');

/** Where tests take long, the longest first; by what a file's path begins with. */
const SLOW = [
  'pipeline/ingest/kafka/read-topic-failures.service',
  'service/kill-sweep.service',
  'e2e/chats/',
  'e2e/',
  'service/many-rounds',
  'mlflow/mlflow.service',
  'pipeline/ingest/kafka/',
  'bot/',
  'cli/',
  'service/',
  'launcher',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const path = relative(folder, moduleId).replaceAll('\\', '/');
  const rank = SLOW.findIndex((start) => path.startsWith(start));
  return rank === -1 ? SLOW.length : rank;
};

/**
 * Starts the files that take long first, so that no worker is left with one when the others have ended. Vitest
 * remembers how long files took, but a fresh clone has nothing to remember. Files of one project follow each other:
 * those that share a process keep it.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const key = new Map(
      files.map((file) => [file, [rankOf(file), -statSync(file.moduleId).size] as const] as const),
    );
    const keyOf = (file: TestSpecification) => key.get(file) ?? ([SLOW.length, 0] as const);
    return files.toSorted((a, b) => {
      const [rankA, sizeA] = keyOf(a);
      const [rankB, sizeB] = keyOf(b);
      return a.project.name.localeCompare(b.project.name) || rankA - rankB || sizeA - sizeB;
    });
  }
}
