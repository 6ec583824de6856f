import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReminderTimes, wantReminder } from '../../../src/loop/digest/remind.ts';
import { setPaused } from '../../../src/loop/rounds/open-round.ts';
import { eventually, messagesOf, textOf } from '../../helpers/service.ts';
import type { Team } from '../../helpers/team.ts';
import { startTeam } from '../../helpers/team.ts';

const times: ReminderTimes = { afterHours: 24, from: 8, until: 18, weekends: false, timeZone: 'UTC' };
const MONDAY = '2026-05-04T10:00:00Z';
let team: Team;
beforeEach(async () => {
  team = await startTeam({ clock: () => new Date(MONDAY) });
  await team.cards(1, 6);
});
afterEach(() => team.stop());

const remind = (at: string, over: Partial<ReminderTimes> = {}): Promise<boolean> =>
  wantReminder(team.db, new Date(at), { ...times, ...over });

describe('a reminder', () => {
  test('comes when a round has been open for a day, once a day, and says what is left', async () => {
    expect(await remind('2026-05-05T09:00:00Z')).toBe(false);
    expect(await remind('2026-05-05T10:00:00Z')).toBe(true);
    await remind('2026-05-05T12:00:00Z');
    team.bot.wake();
    const reminder = await eventually('reminder', () => messagesOf(team.sandbox, 'reminder')[0]);
    expect(textOf(reminder)).toContain('open for 24 h: 6 candidates of 6 still to label');
    const [first] = messagesOf(team.sandbox, 'card', 1);
    expect(textOf(reminder)).toContain(
      `archives/C0FINKVRA/p${first?.ts.replace('.', '')}|The first one that waits`,
    );
    await team.sandbox.act.click({ user: team.vera, ts: reminder.ts, actionId: 'review_begin' });
    await eventually('review', () =>
      JSON.stringify(team.sandbox.modals(team.vera)).includes('Label: 1 of 6'),
    );
    await remind('2026-05-06T10:00:00Z');
    team.bot.wake();
    await eventually('second day', () => messagesOf(team.sandbox, 'reminder').length === 2);
  });

  test('comes neither at night nor at the weekend, by the clock of the team', async () => {
    expect(await remind('2026-05-06T03:00:00Z')).toBe(false);
    expect(await remind('2026-05-06T18:00:00Z')).toBe(false);
    expect(await remind('2026-05-06T03:00:00Z', { timeZone: 'Asia/Tokyo' })).toBe(true);
    expect(await remind('2026-05-09T10:00:00Z')).toBe(false);
    expect(await remind('2026-05-09T10:00:00Z', { weekends: true })).toBe(true);
  });

  test('does not come where it is turned off, or the loop is paused', async () => {
    expect(await remind('2026-05-06T10:00:00Z', { afterHours: 0 })).toBe(false);
    await setPaused(team.db, true);
    expect(await remind('2026-05-06T10:00:00Z')).toBe(false);
  });
});
