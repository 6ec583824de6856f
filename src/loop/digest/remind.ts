import { wallClock } from '../../lib/cron-times.ts';
import { wantMessage } from '../../store/chat/messages.ts';
import { type Db, inTransaction } from '../../store/open-store.ts';
import { candidatesOf, roundUnderWay } from '../../store/rounds/rounds.ts';
import { reminderKey } from '../round-messages.ts';
import { isPaused } from '../rounds/open-round.ts';

/** When people may be reminded. */
export interface ReminderTimes {
  /** 0: never. */
  readonly afterHours: number;
  /** Hours of the day in `timeZone`, from (inclusive) and until (exclusive). */
  readonly from: number;
  readonly until: number;
  readonly weekends: boolean;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;

/**
 * Asks for a reminder of the open round if it has been open long enough and people are awake. The
 * message's key contains the day, so there is at most one a day, even after a crash.
 * @returns whether there is a reminder for today
 */
export const wantReminder = (db: Db, now: Date, times: ReminderTimes): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    if (times.afterHours === 0 || (await isPaused(trx))) return false;
    const round = await roundUnderWay(trx);
    if (round?.state !== 'open') return false;
    if (now.getTime() - Date.parse(round.opened_at) < times.afterHours * HOUR_MS) return false;
    const { day, hour, weekend } = wallClock(now, times.timeZone);
    if (hour < times.from || hour >= times.until || (weekend && !times.weekends)) return false;
    const open = (await candidatesOf(trx, round.id)).filter(({ state }) => state === 'open');
    if (open.length === 0) return false;
    await wantMessage(trx, {
      key: reminderKey(round.id, day),
      kind: 'reminder',
      roundId: round.id,
      at: now.toISOString(),
    });
    return true;
  });
