import { expect, it } from 'vitest';
import { dateOfNight, jdOfNight, nightOfDate } from '../../src/simulation/simulated-identity.ts';
import { midnightRightAscension, moonlight } from '../../src/simulation/visits.ts';

it('counts nights as ZTF does', () => {
  // nid 3063 is in the candids of 2025-05-22.
  expect(nightOfDate(new Date('2025-05-22T04:00:00Z'))).toBe(3063);
  expect(dateOfNight(3063)).toBe('2025-05-22');
  expect(jdOfNight(3063)).toBe(2_460_817.5);
});

it('knows full and new moons', () => {
  // 2024-01-25 17:54 UT full, 2024-02-09 22:59 UT new.
  expect(moonlight(2_460_335.25)).toBeGreaterThan(0.97);
  expect(moonlight(2_460_350.46)).toBeLessThan(0.03);
});

it('has the autumn equinox at midnight in September', () => {
  // The Sun is at RA 180 degrees, so RA 0 culminates at midnight.
  const ra = midnightRightAscension(nightOfDate(new Date('2026-09-23T00:00:00Z')) + 2_457_754.5);
  expect(Math.min(ra, 360 - ra)).toBeLessThan(4);
});
