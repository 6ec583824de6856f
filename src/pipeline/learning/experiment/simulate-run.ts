import { DEFAULT_DECISION, type DecisionRule, decisionThreshold } from '../accuracy/decision.ts';
import { type BinaryMetrics, binaryMetrics } from '../accuracy/metrics.ts';
import { evaluateRound, type RoundEvaluation } from '../accuracy/round-evaluation.ts';
import { createEngine } from '../engines/engines.ts';
import { type RunSettings, type SimulationTables, simulationSteps } from './simulation-steps.ts';

export interface SimulationRun extends RunSettings {
  readonly engine: string;
  readonly decision?: DecisionRule;
  /** What else sets it apart besides engine and strategy, in words; '' if nothing. */
  readonly variant?: string;
}

/** The result of one step of one run. */
export interface SimulationStep {
  readonly engine: string;
  readonly strategy: string;
  readonly variant: string;
  readonly seed: number;
  readonly labels: number;
  /** The truth: how the model does on objects that were never labelled. */
  readonly heldOut: BinaryMetrics;
  /** What the round would report, from its own labels alone. */
  readonly reported: RoundEvaluation;
}

/** Plays one run to its end. Pure; some seconds of computing, so in a worker thread. */
export const simulateRun = (tables: SimulationTables, run: SimulationRun): SimulationStep[] =>
  simulationSteps(tables, createEngine(run.engine), run)
    .map(
      ({ labels, fit, training, pool, heldOut }): SimulationStep => ({
        engine: run.engine,
        strategy: run.strategy,
        variant: run.variant ?? '',
        seed: run.seed,
        labels: labels.length,
        heldOut: binaryMetrics({
          ...heldOut,
          threshold: decisionThreshold(run.decision ?? DEFAULT_DECISION, pool),
        }),
        reported: evaluateRound({
          labels,
          outOfBag: fit.outOfBag,
          training,
          pool,
          decision: run.decision ?? DEFAULT_DECISION,
        }),
      }),
    )
    .toArray();
