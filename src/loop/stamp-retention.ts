import { z } from 'zod';
import { keepValue, readValue } from '../store/key-value.ts';
import type { Db } from '../store/open-store.ts';
import type { Pruned, StampPlan } from '../store/stamps/prune-stamps.ts';

/** How long people are told what will go before it goes, days. */
const NOTICE_DAYS = 7;
const DAY_MS = 86_400_000;
/** How long deletions are remembered. */
const KEPT_MS = 9 * DAY_MS;

const stateSchema = z.object({
  /** Nights whose stamps are kept, as set when it was last looked; 0: all. */
  nights: z.number(),
  /** Days (UTC) on which people were told; null: they need not be told. */
  said: z.array(z.string()).nullable(),
  /** What goes at the next time; null: nothing. */
  plan: z.object({ alerts: z.number(), bytes: z.number(), on: z.string() }).nullable(),
  /** What was deleted in the last days. */
  freed: z.array(z.object({ at: z.string(), alerts: z.number(), bytes: z.number() })),
});

type RetentionState = z.infer<typeof stateSchema>;

/** Stamps that go, and on which day. */
export interface PlannedPruning extends StampPlan {
  readonly nights: number;
  /** `2026-05-09` (UTC). */
  readonly on: string;
}

const FACT = 'stamp-retention';

const readState = async (db: Db): Promise<RetentionState | null> => {
  const text = await readValue(db, FACT);
  return text === null ? null : stateSchema.parse(JSON.parse(text));
};

const keepState = (db: Db, state: RetentionState): Promise<void> =>
  keepValue(db, FACT, JSON.stringify(state));

/** What people have to be told; null where nothing goes, or they have been told. */
export const plannedPruning = async (db: Db): Promise<PlannedPruning | null> => {
  const state = await readState(db);
  return state?.plan == null || state.said === null ? null : { ...state.plan, nights: state.nights };
};

/** What was deleted since then (ISO 8601); null where nothing was. */
export const freedSince = async (db: Db, since: string): Promise<StampPlan | null> => {
  const freed = (await readState(db))?.freed.filter(({ at }) => at > since) ?? [];
  if (freed.length === 0) return null;
  const sum = (pick: (one: (typeof freed)[number]) => number): number =>
    freed.reduce((total, one) => total + pick(one), 0);
  return { alerts: sum(({ alerts }) => alerts), bytes: sum(({ bytes }) => bytes) };
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The days on which people were told, today among them; null: they need not be told. */
const saidBy = (state: RetentionState | null, nights: number, plan: StampPlan, today: string) => {
  // A first deletion, or a shorter time than before, comes unexpected: announce it.
  const isShorter = state !== null && (state.nights === 0 || nights < state.nights);
  if (plan.alerts > 0 && (state === null || isShorter)) return [today];
  if (state === null || state.said === null || plan.alerts === 0) return null;
  return [...new Set([...state.said, today])];
};

/**
 * Notes what would be deleted, and whether it may be deleted now. Stamps that were there at the first look, or
 * when fewer nights were set, are deleted only after people were told on seven days.
 * @param nights whose stamps are kept
 */
export const mayPrune = async (db: Db, nights: number, plan: StampPlan, now: Date): Promise<boolean> => {
  const state = await readState(db);
  const today = dayOf(now.getTime());
  const said = saidBy(state, nights, plan, today);
  const told = (said ?? []).filter((day) => day < today).length;
  const first = Date.parse(said?.[0] ?? today);
  const due = Math.max(first + NOTICE_DAYS * DAY_MS, Date.parse(today) + (NOTICE_DAYS - told) * DAY_MS);
  const isDue = said === null || due <= Date.parse(today);
  await keepState(db, {
    nights,
    said: isDue ? null : said,
    plan: isDue || plan.alerts === 0 ? null : { alerts: plan.alerts, bytes: plan.bytes, on: dayOf(due) },
    freed: state?.freed ?? [],
  });
  return isDue;
};

/** Notes what was deleted, for the digest. */
export const notePruned = async (
  db: Db,
  nights: number,
  { alerts, freed }: Pruned,
  now: Date,
): Promise<void> => {
  const state = await readState(db);
  const at = now.toISOString();
  const oldest = new Date(now.getTime() - KEPT_MS).toISOString();
  const before = state?.freed.filter((one) => one.at > oldest) ?? [];
  await keepState(db, {
    nights,
    said: null,
    plan: null,
    freed: alerts === 0 && freed === 0 ? before : [...before, { at, alerts, bytes: freed }],
  });
};

/** All stamps are kept: what had been planned is not. */
export const keepAllStamps = async (db: Db): Promise<void> => {
  const state = await readState(db);
  if (state !== null && state.nights !== 0)
    await keepState(db, { ...state, nights: 0, said: null, plan: null });
};
