import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../lib/errors.ts';
import { type SimulationRun, type SimulationStep, simulateRun } from './simulate-run.ts';
import type { SimulationTable } from './simulation-table.ts';

/** Runs to play one after another, asked for one at a time so that quick workers take more of them. */
export type SimulateReply =
  | { readonly kind: 'played'; readonly steps: readonly SimulationStep[] }
  | { readonly kind: 'failed'; readonly message: string };

/** The table, once for all runs of this thread. */
export interface SimulateWorkerData {
  readonly table: SimulationTable;
}

const serve = (port: NonNullable<typeof parentPort>, { table }: SimulateWorkerData): void => {
  port.on('message', (run: SimulationRun) => {
    let reply: SimulateReply;
    try {
      reply = { kind: 'played', steps: simulateRun(table, run) };
    } catch (error) {
      reply = { kind: 'failed', message: messageOf(error) };
    }
    port.postMessage(reply);
  });
};

if (parentPort) serve(parentPort, workerData);
