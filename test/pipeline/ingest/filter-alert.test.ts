import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/pipeline/alert.ts';
import { createPacketDecoder } from '../../../src/pipeline/ingest/decode-packet.ts';
import { criteria, failedCriterion } from '../../../src/pipeline/ingest/filter-alert.ts';
import { encodePacket, packetKey } from './packets.ts';

const passing = createPacketDecoder().decode(packetKey, encodePacket(0));
const failed = (change: Partial<Alert>) => failedCriterion({ ...passing, ...change });

describe('the fink_vra_ztf criteria', () => {
  it('let a faint, unknown, real transient pass', () => {
    expect(failed({})).toBeNull();
  });

  it.each<[string, Partial<Alert>, string]>([
    ['a known SIMBAD source', { cdsxmatch: 'RRLyr' }, 'cdsxmatch'],
    ['a position whose SIMBAD query failed', { cdsxmatch: 'Fail 503' }, 'cdsxmatch'],
    ['no SIMBAD answer', { cdsxmatch: null }, 'cdsxmatch'],
    ['a known asteroid', { roid: 3 }, 'roid'],
    ['exactly magnitude 19.5', { magpsf: 19.5 }, 'magpsf'],
    ['a bright one', { magpsf: 17 }, 'magpsf'],
    ['a score of exactly 0.5', { drb: 0.5 }, 'drb'],
    ['no score', { drb: null }, 'drb'],
  ])('stop %s', (_, change, criterion) => {
    expect(failed(change)).toBe(criterion);
  });

  it('let candidate asteroids and packets without the flag pass', () => {
    expect(failed({ roid: 2 })).toBeNull();
    expect(failed({ roid: null })).toBeNull();
  });

  it('name the first of several', () => {
    expect(failed({ cdsxmatch: 'Star', roid: 3, magpsf: 12, drb: 0 })).toBe('cdsxmatch');
    expect(failed({ roid: 3, magpsf: 12, drb: 0 })).toBe('roid');
  });

  it('are each worded for people', () => {
    for (const { name, wording } of criteria) expect(wording).toContain(name);
  });
});
