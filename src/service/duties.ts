import type { Logger } from 'pino';
import { isRunDay, lastRun, wallClock } from '../lib/cron-times.ts';
import { messageOf } from '../lib/errors.ts';
import { doubled } from '../lib/retry.ts';
import {
  type DutyName,
  type DutyState,
  FRESH_DUTY,
  keepDutyState,
  keepMadeUp,
  type MadeUp,
  readDutyState,
} from '../loop/duty-state.ts';
import type { Db } from '../store/open-store.ts';

/**
 * Scheduled work that is done once for each time it is due, late if need be. It is due when its schedule has named a
 * time since the start of the last run that finished. So a crash, a sleeping machine or a failure only delays it.
 */
export interface Duty {
  readonly name: DutyName;
  /** What people call it: `the pull`. */
  readonly what: string;
  /** Cron expression, in the team's time zone. */
  readonly schedule: string;
  /**
   * `at-once`: whenever it was missed. `in-hours`: only on a day of its schedule and while people are awake.
   * `quietly`: at once, and nobody is told.
   */
  readonly makeUp: 'at-once' | 'in-hours' | 'quietly';
  /** Whether it is due at once in a new store. */
  readonly dueInNewStore: boolean;
  /** Duties that must not run at the same time: it waits for them. */
  readonly after?: readonly DutyName[];
  run(due: DueRun): Promise<DutyOutcome>;
}

/** `nothing`: the work was not possible yet; it stays due. `stopped`: the service ends; it is done after the next start. */
export type DutyOutcome = 'done' | 'nothing' | 'stopped';

/** Why a duty is done now. */
export interface DueRun {
  /** The time of the schedule that it is done for; null in a store that has never seen it. */
  readonly due: Date | null;
  /** Whether that time was missed. */
  readonly late: boolean;
  /** When the last run that finished began; null if none has. */
  readonly last: Date | null;
}

/** Where it is kept how things stand with each duty. */
export interface DutyRecords {
  /** Null if there is no record of the duty. */
  read(name: DutyName): Promise<DutyState | null>;
  keep(name: DutyName, state: DutyState): Promise<void>;
  keepMadeUp(one: MadeUp): Promise<void>;
}

/** Records in the store: of what is done once, whichever process does it. */
export const storeRecords = (db: Db): DutyRecords => ({
  read: (name) => readDutyState(db, name),
  keep: (name, state) => keepDutyState(db, name, state),
  keepMadeUp: (one) => keepMadeUp(db, one),
});

/** Records of this process alone, for what each process does by itself; nothing is told as late. */
export const ownRecords = (): DutyRecords => {
  const states = new Map<DutyName, DutyState>();
  return {
    read: async (name) => states.get(name) ?? null,
    keep: async (name, state) => {
      states.set(name, state);
    },
    keepMadeUp: async () => undefined,
  };
};

export interface DutyOptions {
  readonly records: DutyRecords;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly timeZone: string;
  /** When people are awake: hours of the day in their own time zone, from (inclusive) and until (exclusive). */
  readonly awake: { readonly from: number; readonly until: number; readonly timeZone: string };
}

export interface Duties {
  /** Does what is due now; resolves when all of it is done or has failed. */
  check(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** A run that begins no later than this after its time is on time. */
const ON_TIME_MS = 5 * MINUTE_MS;
/** After 1, 2, 4 ... failures it is tried again after as many minutes, at most every hour. */
const FIRST_RETRY_MS = MINUTE_MS;
const LONGEST_RETRY_MS = 60 * MINUTE_MS;
/** After `nothing` it is tried again after this long. */
const NOTHING_MS = 5 * MINUTE_MS;
/** A stored time further in the future than this was written while the clock was ahead: nothing waits until then. */
const FUTURE_MS = 5 * MINUTE_MS;

export const createDuties = (duties: readonly Duty[], options: DutyOptions): Duties => {
  const { records, clock, log, timeZone, awake } = options;
  const underWay = new Map<string, Promise<void>>();
  /** Times that were noticed when they came: waiting for another duty does not make them late. */
  const noticed = new Map<string, number>();
  /** Runs that have ended. */
  let runs = 0;
  /** A start retries failed duties at once: the cause may be gone. */
  let looked = false;

  /** The duty's state; in a new store it has missed nothing, or everything. */
  const stateOf = async (duty: Duty, now: Date): Promise<DutyState> => {
    const known = await records.read(duty.name);
    const tooLate = now.getTime() + FUTURE_MS;
    if (known === null || (known.done !== null && Date.parse(known.done) > tooLate)) {
      const state = { ...FRESH_DUTY, done: duty.dueInNewStore && known === null ? null : now.toISOString() };
      await records.keep(duty.name, state);
      return state;
    }
    return known;
  };

  const mayMakeUp = (duty: Duty, now: Date): boolean => {
    if (duty.makeUp !== 'in-hours') return true;
    const { hour } = wallClock(now, awake.timeZone);
    return hour >= awake.from && hour < awake.until && isRunDay(duty.schedule, timeZone, now);
  };

  /** Whether a duty is to be done now, and for which time. */
  const dueNow = (duty: Duty, state: DutyState, now: Date): DueRun | null => {
    const retryAt = state.retryAt === null ? 0 : Date.parse(state.retryAt);
    if (looked && retryAt > now.getTime() && retryAt <= now.getTime() + LONGEST_RETRY_MS) return null;
    if (state.done === null) return { due: null, late: false, last: null };
    const last = new Date(state.done);
    const due = lastRun(duty.schedule, timeZone, last, now);
    if (due === null) return null;
    if (now.getTime() - due.getTime() <= ON_TIME_MS) noticed.set(duty.name, due.getTime());
    const late = noticed.get(duty.name) !== due.getTime();
    return late && !mayMakeUp(duty, now) ? null : { due, late, last };
  };

  const fail = async (duty: Duty, state: DutyState, error: unknown): Promise<void> => {
    noticed.delete(duty.name);
    const ms = doubled(FIRST_RETRY_MS, LONGEST_RETRY_MS, state.failures);
    const retryAt = new Date(clock().getTime() + ms).toISOString();
    log.error({ error: messageOf(error), retryAt }, `${duty.what} failed; it is tried again`);
    await records.keep(duty.name, {
      ...state,
      failures: state.failures + 1,
      error: messageOf(error),
      retryAt,
    });
  };

  const run = async (duty: Duty, state: DutyState, due: DueRun, began: Date): Promise<void> => {
    try {
      const outcome = await duty.run(due);
      if (outcome === 'stopped') return;
      if (outcome === 'nothing') {
        noticed.delete(duty.name);
        const retryAt = new Date(clock().getTime() + NOTHING_MS).toISOString();
        await records.keep(duty.name, { ...state, retryAt });
        return;
      }
    } catch (error) {
      return fail(duty, state, error);
    }
    await records.keep(duty.name, { ...FRESH_DUTY, done: began.toISOString() });
    if (!due.late || due.due === null || duty.makeUp === 'quietly') return;
    log.info({ due: due.due.toISOString() }, `${duty.what} was made up for`);
    await records.keepMadeUp({ what: duty.what, due: due.due.toISOString(), at: clock().toISOString() });
  };

  /** Begins a duty that is due. @returns whether it waits for another one */
  const begin = async (duty: Duty): Promise<boolean> => {
    if (underWay.has(duty.name)) return false;
    const now = clock();
    const ended = runs;
    const state = await stateOf(duty, now);
    const due = dueNow(duty, state, now);
    // It may have run meanwhile: the next look decides.
    if (due === null || runs !== ended || underWay.has(duty.name)) return false;
    if (duty.after?.some((name) => underWay.has(name)) === true) return true;
    const running = run(duty, state, due, now).finally(() => {
      underWay.delete(duty.name);
      runs += 1;
    });
    underWay.set(duty.name, running);
    return false;
  };

  const idle = async (): Promise<void> => {
    await Promise.all(underWay.values());
  };

  return {
    check: async () => {
      const waiting: Duty[] = [];
      // In order, so that a duty that waits for another one sees that it has begun.
      for (const duty of duties) if (await begin(duty)) waiting.push(duty);
      looked = true;
      await idle();
      for (const duty of waiting) await begin(duty);
      await idle();
    },
    idle,
  };
};
