import { expect, it } from 'vitest';
import { nightOfDate } from '../../src/simulation/night-calendar.ts';
import { simulatedIdentity, simulatedObjectId } from '../../src/simulation/object-id.ts';

it('spells night and number like a ZTF name that begins with SIM, and is read back', () => {
  const night = nightOfDate(new Date('2026-11-22T05:00:00Z'));
  for (const index of [0, 1, 299, 65_535]) {
    const objectId = simulatedObjectId({ night, index });
    expect(objectId).toMatch(/^SIM26[a-z]{7}$/);
    expect(simulatedIdentity(objectId)).toEqual({ night, index });
  }
});

it.each(['ZTF25aapafwq', 'SIM26', 'SIM25atsvxoq', 'SIM26ATSVXOQ', 'SIM26atsvxoqo', ''])(
  'is not in %j',
  (text) => {
    expect(simulatedIdentity(text)).toBeNull();
  },
);
