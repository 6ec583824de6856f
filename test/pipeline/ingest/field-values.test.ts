import { describe, expect, it } from 'vitest';
import { createPacketDecoder } from '../../../src/pipeline/ingest/decode-packet.ts';
import {
  candidText,
  dateOf,
  magnitudeOf,
  numberOf,
  objectIdOf,
  positionOf,
  sigmaOf,
  signOf,
} from '../../../src/pipeline/ingest/field-values.ts';
import { encodePacket, type PacketValues, packetKey } from './packets.ts';

describe('a value', () => {
  it.each([-3.4e38, -3.4028234663852886e38, 1e21, Number.NaN, Number.POSITIVE_INFINITY])(
    'that stands for none is missing: %s',
    (value) => {
      expect(numberOf(value)).toBeNull();
    },
  );
  it.each([99, 99.99, -99, -999, 40, Number.NaN])('is no magnitude: %s', (value) => {
    expect(magnitudeOf(value)).toBeNull();
  });
  it.each([0, -1, 99, -999])('is no error of a magnitude: %s', (value) => {
    expect(sigmaOf(value)).toBeNull();
  });
  it.each([60_840.1, 0, -999, 2_460_840_500])('is no Julian date: %s', (value) => {
    expect(dateOf(value)).toBeNull();
  });
});

describe('isdiffpos', () => {
  it.each([
    ['t', 't'],
    ['1', '1'],
    ['f', 'f'],
    ['0', '0'],
    ['True', 't'],
    ['FALSE', 'f'],
    [true, 't'],
    [false, 'f'],
    [1, '1'],
    [0n, '0'],
    ['', null],
    ['nan', null],
    [null, null],
    [Number.NaN, null],
    ['x', 'unknown'],
    ['y', 'unknown'],
    [2, 'unknown'],
    ['positive', 'unknown'],
  ])('%s is %s', (value, meaning) => {
    expect(signOf(value)).toBe(meaning);
  });
});

describe('a position', () => {
  it.each([
    [0, -90],
    [360, 90],
  ])('at the edge of the sky: %s %s', (ra, dec) => {
    expect(positionOf(ra, dec)).toEqual({ ra, dec });
  });
  it.each([
    [-1, 0],
    [361, 0],
    [10, 91],
    [10, -999],
    [-3.4e38, 0],
  ])('off the sky: %s %s', (ra, dec) => {
    expect(() => positionOf(ra, dec)).toThrow('off the sky');
  });
});

describe('a name', () => {
  it.each(['ZTF25aapafwq', 'SIM26aaceqdg'])('of an object: %s', (id) => expect(objectIdOf(id)).toBe(id));
  it.each(['ztf25AAPAFWQ', ' ZTF25aapafwq '])('in another spelling is the same object: "%s"', (id) =>
    expect(objectIdOf(id)).toBe('ZTF25aapafwq'),
  );
  it.each(['<!channel>', 'ZTF', '12345', 'ZTF25aap afwq', 'unknown', 'ZTF25<b>', 'x'.repeat(1000)])(
    'that is none: %s',
    (id) => {
      expect(() => objectIdOf(id)).toThrow(/no name of a ZTF object/);
    },
  );
  it.each([3.0862e18, '3.08621E+18', '99999999999999999999'])('a candid that is none: %s', (candid) => {
    expect(() => candidText(candid)).toThrow(/rounded|64 bits/);
  });
});

describe('a packet', () => {
  const read = (values: PacketValues, candidate: PacketValues = {}) =>
    createPacketDecoder().read(packetKey, encodePacket(0, values, candidate), { name: 'x', kind: 'topic' });
  const reason = (candidate: PacketValues) => {
    const item = read({}, candidate);
    return item.kind === 'unreadable' ? item.reason : null;
  };

  it.each([
    ['an MJD for a jd', { jd: 60_840.5 }, "the packet's jd is 60840.5, which looks like an MJD"],
    ['a magnitude of 99', { magpsf: 99 }, "the packet's magpsf is 99, which is no magnitude"],
    ['an unknown sign', { isdiffpos: 'p' }, 'the packet\'s isdiffpos is "p": neither t nor f'],
    ['a filter that ZTF lacks', { fid: 4 }, "the packet's fid is 4, not 1, 2 or 3"],
    ['a place off the sky', { ra: 400 }, "the packet's position is off the sky: ra 400, dec -9.6559401"],
    ['a blank place', { dec: -3.4e38 }, 'the packet has no dec'],
  ])('with %s is refused', (_, candidate, words) => {
    expect(reason(candidate)).toBe(words);
  });

  it('leaves out epochs that cannot be, and takes no magnitude of 99 for a limit', () => {
    const epoch = {
      jd: 2_460_831.5,
      fid: 1,
      pid: 2n,
      diffmaglim: 99,
      programpi: null,
      candid: null,
      isdiffpos: 'y',
      magpsf: 20,
      sigmapsf: 0.25,
      distnr: -3.4e38,
      magnr: -999,
      sigmagnr: 0.0625,
    };
    const item = read({
      prv_candidates: [epoch, { ...epoch, magpsf: 99 }, { ...epoch, jd: 60_831.5 }, { ...epoch, fid: 9 }],
    });
    if (item.kind !== 'alert') throw new Error(item.reason);
    expect(item.alert.epochs.slice(1)).toEqual([
      {
        jd: 2_460_831.5,
        fid: 1,
        magpsf: 20,
        sigmapsf: 0.25,
        diffmaglim: null,
        isdiffpos: null,
        distnr: null,
        magnr: null,
        sigmagnr: 0.0625,
      },
    ]);
  });
});

describe('a number written as text', () => {
  it.each([
    ['2460800.5', 2460800.5],
    [' -1.5e-3 ', -0.0015],
    ['.5', 0.5],
  ])('is that number: "%s"', (text, number) => expect(numberOf(text)).toBe(number));
  it.each(['', ' ', 'nan', '0x10', '1,5', 'g', 'Infinity'])('is none: "%s"', (text) =>
    expect(numberOf(text)).toBeNull(),
  );
});
