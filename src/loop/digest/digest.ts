import { z } from 'zod';
import { MODEL_TYPES, type ModelType } from '../../pipeline/learning/label-maps.ts';
import { answersSince } from '../../store/answers/answers.ts';
import { countLabels, type LabelCounts } from '../../store/answers/labels.ts';
import { wantMessage } from '../../store/chat/messages.ts';
import { holdsSimulatedAlerts } from '../../store/intake/alerts.ts';
import { countLookupFailures } from '../../store/intake/lookup-queue.ts';
import { poolLeftSince } from '../../store/intake/pool-age.ts';
import { countsOfPull, pullsSince, quarantineReasonsSince } from '../../store/intake/pulls.ts';
import { excludedSince } from '../../store/intake/sherlock.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { allModels } from '../../store/rounds/models.ts';
import { closedRounds } from '../../store/rounds/rounds.ts';
import { mostChangedScores, surestOf } from '../../store/rounds/scores.ts';
import { countTrackingFailures } from '../../store/rounds/tracking.ts';
import type { PullRow } from '../../store/schema.ts';
import { answersByPerson } from '../answers/people-stats.ts';
import { readDutyState, readMadeUp } from '../duty-state.ts';
import { digestDetailsKey, digestKey } from '../round-messages.ts';
import { calibratedProbability } from '../rounds/read-model.ts';
import { parseRoundReport } from '../rounds/round-report.ts';
import { freedSince, plannedPruning } from '../stamp-retention.ts';

const DAY_MS = 86_400_000;
const OBJECTS_SHOWN = 5;
/** The class whose surest objects are worth a look: what people follow up. */
export const SOUGHT: Readonly<Record<ModelType, 0 | 1>> = { galactic: 0, real: 1, transient: 1 };
/** Probability of the other class below which an object counts as sure. */
const SURE_BELOW = 0.2;
/** Change of the probability between two models from which an object is worth a look. */
const CHANGED_BY = 0.2;

const digestSchema = z.object({
  day: z.string(),
  /** The one in use that day; digests of older versions do not say it. */
  modelType: z.enum(MODEL_TYPES).default('galactic'),
  since: z.string(),
  read: z.number(),
  kept: z.number(),
  filtered: z.record(z.string(), z.number()),
  quarantined: z.number(),
  /** Objects kept out of the pool by their Sherlock class since; absent in digests of older versions. */
  excluded: z.record(z.string(), z.number()).optional(),
  /** Whether objects of a simulated night are in the store; digests of older versions do not say. */
  simulated: z.boolean().optional(),
  /** What was done late since the last digest; absent in digests of older versions. */
  madeUp: z.array(z.object({ what: z.string(), due: z.string(), at: z.string() })).optional(),
  /** Stamps that will be deleted, and those that were since; absent in digests of older versions. */
  stamps: z
    .object({
      planned: z
        .object({ alerts: z.number(), bytes: z.number(), nights: z.number(), on: z.string() })
        .nullable(),
      freed: z.object({ alerts: z.number(), bytes: z.number() }).nullable(),
    })
    .optional(),
  /** Objects that left the pool since, not seen for so many days; absent in digests of older versions. */
  leftPool: z.object({ objects: z.number(), days: z.number() }).nullable().optional(),
  /** What went wrong, one line each, worst first. */
  failures: z.array(z.string()),
  people: z.array(z.object({ name: z.string(), labels: z.number(), skips: z.number() })),
  labels: z.object({ positive: z.number(), negative: z.number(), withoutClass: z.number() }),
  accuracy: z
    .object({
      round: z.number(),
      accuracy: z.number(),
      low: z.number(),
      high: z.number(),
      majorityRate: z.number(),
    })
    .nullable(),
  surest: z.array(
    z.object({
      candid: z.string(),
      objectId: z.string(),
      ra: z.number(),
      dec: z.number(),
      magpsf: z.number(),
      fid: z.number(),
      /** Probability of class 1. */
      p: z.number(),
    }),
  ),
  /** Objects whose probability changed most between the last two models. */
  changed: z.array(
    z.object({
      objectId: z.string(),
      ra: z.number(),
      dec: z.number(),
      before: z.number(),
      after: z.number(),
    }),
  ),
});

/** One day's figures, kept with the message so that it can be drawn again as it was. */
export type Digest = z.infer<typeof digestSchema>;

export const parseDigest = (text: string): Digest => digestSchema.parse(JSON.parse(text));

const isQuiet = (digest: Digest): boolean =>
  digest.read === 0 &&
  digest.failures.length === 0 &&
  digest.people.length === 0 &&
  digest.stamps?.planned == null &&
  digest.leftPool == null;

/** Which digest is wanted; the figures are of the 24 hours before now where nothing else is said. */
export interface DigestSpan {
  /** The time that it is due at, which names its day (UTC). */
  readonly due?: Date;
  /** What it begins with: the last digest's time. */
  readonly since?: Date;
}

/** The longest time that one digest speaks of. */
const LONGEST_MS = 8 * DAY_MS;

/** Pulls that failed for the same reason are one line. */
const pullFailures = (pulls: readonly PullRow[]): string[] => {
  const lines = pulls.flatMap(({ source, error }) =>
    error === null ? [] : [`Pull from ${source}: ${error}`],
  );
  return [...Map.groupBy(lines, (line) => line)].map(([line, { length }]) =>
    length === 1 ? line : `${line} (${length} times)`,
  );
};

/** What keeps failing, with the service trying again and again. */
const dutyFailures = async (db: Db): Promise<string[]> => {
  const pull = await readDutyState(db, 'pull');
  return pull === null || pull.failures === 0
    ? []
    : [`The pull has not come through for ${pull.failures} tries: ${pull.error}`];
};

/** The figures up to `now`, or null when there is nothing to say. */
export const readDigest = async (
  db: Db,
  now: Date,
  type: ModelType,
  span: DigestSpan = {},
): Promise<Digest | null> => {
  const dayBefore = new Date(now.getTime() - DAY_MS);
  const earliest = now.getTime() - LONGEST_MS;
  const since = new Date(Math.max(earliest, (span.since ?? dayBefore).getTime())).toISOString();
  const pulls = await pullsSince(db, since);
  const counts = pulls.map(countsOfPull);
  const sum = (pick: (count: (typeof counts)[number]) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0);
  const filtered: Record<string, number> = {};
  for (const count of counts) {
    for (const [criterion, n] of Object.entries(count.filtered))
      filtered[criterion] = (filtered[criterion] ?? 0) + n;
  }
  const labels: LabelCounts = await countLabels(db, type);
  const lastHonest = (await closedRounds(db, type))
    .flatMap(({ number, report }) => (report === null ? [] : [{ number, ...parseRoundReport(report) }]))
    .findLast(({ honest }) => honest !== null);
  const models = (await allModels(db, type)).slice(-2).map(({ id }) => id);
  const calibrated = await calibratedProbability(db, models.at(-1) ?? null);
  const calibratedBefore = await calibratedProbability(db, models.length < 2 ? null : (models[0] ?? null));
  const digest: Digest = {
    day: (span.due ?? now).toISOString().slice(0, 10),
    modelType: type,
    since,
    read: sum(({ read }) => read),
    kept: sum(({ kept }) => kept),
    filtered,
    quarantined: sum(({ quarantined }) => quarantined),
    excluded: await excludedSince(db, since),
    simulated: await holdsSimulatedAlerts(db),
    madeUp: (await readMadeUp(db)).filter(({ at }) => at > since),
    stamps: { planned: await plannedPruning(db), freed: await freedSince(db, since) },
    leftPool: await poolLeftSince(db, since),
    failures: [
      ...(await dutyFailures(db)),
      ...pullFailures(pulls),
      ...(await quarantineReasonsSince(db, since)).map(
        ({ reason, count }) => `Unreadable, in quarantine: ${count} × ${reason}`,
      ),
      ...(await countLookupFailures(db)).map(
        ({ reason, count }) => `Sherlock did not answer for ${count}: ${reason}`,
      ),
      ...(await countTrackingFailures(db)).map(({ reason, count }) => `MLflow, ${count} waiting: ${reason}`),
    ],
    people: answersByPerson(await answersSince(db, since), type),
    labels,
    accuracy:
      lastHonest?.honest == null
        ? null
        : {
            round: lastHonest.number,
            accuracy: lastHonest.honest.accuracy,
            low: lastHonest.honest.low,
            high: lastHonest.honest.high,
            majorityRate: lastHonest.honest.majorityRate,
          },
    surest: (await surestOf(db, { type, wanted: SOUGHT[type], since }, SURE_BELOW, OBJECTS_SHOWN)).map(
      (object) => ({ ...object, p: calibrated(object.p) }),
    ),
    changed: (await mostChangedScores(db, type, since, CHANGED_BY, OBJECTS_SHOWN)).map((object) => ({
      ...object,
      before: calibratedBefore(object.before),
      after: calibrated(object.after),
    })),
  };
  return isQuiet(digest) ? null : digest;
};

/** Asks for the day's digest to be posted, once a day; returns null when there is nothing to say. */
export const wantDigest = async (
  db: Db,
  now: Date,
  type: ModelType,
  span: DigestSpan = {},
): Promise<Digest | null> => {
  // Read before the transaction, in which every answer would wait for it.
  const digest = await readDigest(db, now, type, span);
  if (digest === null) return null;
  const at = now.toISOString();
  const payload = JSON.stringify(digest);
  const key = digestKey(digest.day);
  await inTransaction(db, async (trx) => {
    await wantMessage(trx, { key, kind: 'digest', payload, at });
    await wantMessage(trx, {
      key: digestDetailsKey(digest.day),
      kind: 'digest_details',
      payload,
      threadKey: key,
      at,
    });
  });
  return digest;
};
