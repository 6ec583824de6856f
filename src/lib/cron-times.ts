import { createTask } from 'node-cron';

/** When a cron expression (UTC) is due next; null if never. */
export const nextRun = (expression: string): Date | null => {
  const task = createTask(expression, () => undefined, { timezone: 'UTC' });
  const [next] = task.getNextRuns(1);
  void task.destroy();
  return next ?? null;
};
