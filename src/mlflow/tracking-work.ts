import { z } from 'zod';
import type { RoundRecord } from './round-record.ts';

/** A round to be logged; its model comes beside it, see `TrackingJob`. */
export interface RoundWork {
  readonly kind: 'round';
  readonly record: RoundRecord;
}

/** An alias, such as champion, to be set on the version that a round's model became. */
export interface AliasWork {
  readonly kind: 'alias';
  readonly experiment: string;
  /** Key of the round whose model it is: the `key` of its record. */
  readonly roundKey: string;
  readonly registeredModel: string;
  readonly alias: string;
}

/** What waits for the MLflow server, as plain JSON. */
export type TrackingWork = RoundWork | AliasWork;

const entry = z.object({ key: z.string(), value: z.string() });

const roundRecord = z.object({
  experiment: z.string(),
  key: z.string(),
  round: z.number(),
  runName: z.string(),
  startedAt: z.number(),
  finishedAt: z.number(),
  step: z.number(),
  metrics: z.record(z.string(), z.number()),
  params: z.array(entry),
  tags: z.array(entry),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  registeredModel: z.string().nullable(),
  classes: z.tuple([z.string(), z.string()]),
  example: z.object({ columns: z.array(z.string()), data: z.array(z.array(z.number().nullable())) }),
}) satisfies z.ZodType<RoundRecord>;

const trackingWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('round'), record: roundRecord }),
  z.object({
    kind: z.literal('alias'),
    experiment: z.string(),
    roundKey: z.string(),
    registeredModel: z.string(),
    alias: z.string(),
  }),
]) satisfies z.ZodType<TrackingWork>;

/** Work as the store keeps it. */
export const writeTrackingWork = (work: TrackingWork): string => JSON.stringify(work);

/** Reads `writeTrackingWork` back. Throws, saying what is wrong, when it is something else. */
export const readTrackingWork = (text: string): TrackingWork => trackingWork.parse(JSON.parse(text));
