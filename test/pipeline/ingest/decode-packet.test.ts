import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPacketDecoder } from '../../../src/pipeline/ingest/decode-packet.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';
import { avscType, candidOf, encodePacket, forcedPoint, packet, packetKey, packetSchema } from './packets.ts';

const origin = { name: 'fink_vra_ztf', kind: 'topic', partition: 0, offset: '12' } as const;

describe('a packet becomes an alert', () => {
  it('with every digit of its candid, and the current epoch before the history', () => {
    const alert = createPacketDecoder().decode(packetKey, encodePacket(3));
    expect(alert.candid).toBe('3086208464615015027');
    expect(alert.objectId).toBe('ZTF25aaaaaad');
    expect(alert.epochs.map((epoch) => epoch.jd)).toEqual([2_460_840.503, 2_460_830.5, 2_460_831.5]);
    expect(alert.epochs[1]).toEqual({
      jd: 2_460_830.5,
      fid: 2,
      magpsf: null,
      sigmapsf: null,
      diffmaglim: 20.25,
      isdiffpos: null,
      distnr: null,
      magnr: null,
      sigmagnr: null,
    });
    expect(alert).toMatchObject({ jd: 2_460_840.503, fid: 2, magpsf: 19.75, drb: 0.75, rb: 0.875, roid: 0 });
  });

  it('with its cutouts, or without them where nobody needs them', () => {
    const value = encodePacket(1);
    const { stamps } = createPacketDecoder().decode(packetKey, value);
    expect(Buffer.from(stamps.science ?? []).toString()).toBe('science 1');
    expect(stamps.difference).toBeNull();
    const bare = createPacketDecoder({ stamps: false }).decode(packetKey, value);
    expect(bare.stamps).toEqual({ science: null, template: null, difference: null });
    expect(bare.candid).toBe(candidOf(1).toString());
  });

  it('with null for every spelling of missing', () => {
    const decoder = createPacketDecoder();
    for (const spelling of [null, '', 'nan', 'NaN', 'Unknown', 'Fail', 'Fail 503']) {
      const value = encodePacket(0, { tns: spelling, vsx: spelling, gcvs: spelling, DR3Name: spelling });
      expect(decoder.decode(packetKey, value).context).toMatchObject({
        tns: null,
        vsx: null,
        gcvs: null,
        gaiaName: null,
      });
    }
    const numbers = { distpsnr1: -999, sgscore1: -999, neargaia: Number.NaN, jdstarthist: null, drb: -999 };
    const alert = decoder.decode(packetKey, encodePacket(0, { roid: -1 }, numbers));
    expect(alert.context).toMatchObject({
      distpsnr1: null,
      sgscore1: null,
      neargaia: null,
      jdstarthist: null,
    });
    expect(alert.drb).toBeNull();
    expect(alert.roid).toBeNull();
  });

  it('with forced photometry where it has some: flux, error and zero point, none of them -99999', () => {
    const decoder = createPacketDecoder();
    const value = encodePacket(0, {
      fp_hists: [
        forcedPoint({
          jd: 2_460_820.5,
          fid: 1,
          magzpsci: 26.25,
          forcediffimflux: -12.5,
          forcediffimfluxunc: 2.5,
        }),
        forcedPoint({
          jd: 2_460_821.5,
          fid: 2,
          magzpsci: 26,
          forcediffimflux: -99_999,
          forcediffimfluxunc: -99_999,
        }),
        forcedPoint({ fid: 2, forcediffimflux: 5 }),
      ],
    });
    expect(decoder.decode(packetKey, value).forced).toEqual([
      { jd: 2_460_820.5, fid: 1, flux: -12.5, fluxError: 2.5, zeroPoint: 26.25 },
      { jd: 2_460_821.5, fid: 2, flux: null, fluxError: null, zeroPoint: 26 },
    ]);
    expect(decoder.decode(packetKey, encodePacket(0))).not.toHaveProperty('forced');
  });

  it("with the galaxy of Mangrove's catalogue, none of it 'None'", () => {
    const of = (mangrove: unknown) =>
      createPacketDecoder().decode(packetKey, encodePacket(0, { mangrove })).context;
    const galaxy = {
      HyperLEDA_name: 'UGC11801',
      '2MASS_name': '21424',
      lum_dist: '64.8393857057',
      ang_dist: '62',
    };
    expect(of(galaxy)).toMatchObject({ mangroveName: 'UGC11801', mangroveMpc: 64.8393857057 });
    expect(of({ ...galaxy, HyperLEDA_name: 'None' })).toMatchObject({ mangroveName: '21424' });
    const none = { HyperLEDA_name: 'None', '2MASS_name': 'None', lum_dist: 'None', ang_dist: 'None' };
    for (const empty of [none, {}, null])
      expect(of(empty)).toMatchObject({ mangroveName: null, mangroveMpc: null });
  });

  it('with the SIMBAD type as delivered, a failed query included', () => {
    const decoder = createPacketDecoder();
    for (const type of ['Unknown', 'Fail 503', 'RRLyr']) {
      expect(decoder.decode(packetKey, encodePacket(0, { cdsxmatch: type })).cdsxmatch).toBe(type);
    }
    expect(decoder.decode(packetKey, encodePacket(0, { cdsxmatch: 'nan' })).cdsxmatch).toBeNull();
  });

  it('with stored features of the bands it carries, null where there were too few points', () => {
    const { storedFeatures } = createPacketDecoder().decode(packetKey, encodePacket(0));
    expect(storedFeatures.r).toBeNull();
    expect(storedFeatures.g).toEqual({
      amplitude: 0.5,
      linear_fit_reduced_chi2: null,
      linear_fit_slope: null,
      linear_fit_slope_sigma: null,
      median: 19.75,
      median_absolute_deviation: 0.25,
    });
  });

  it('without a history where prv_candidates is null', () => {
    const alert = createPacketDecoder().decode(packetKey, encodePacket(0, { prv_candidates: null }));
    expect(alert.epochs).toHaveLength(1);
  });
});

describe('the schema may be another version', () => {
  const fieldsWithout = (...names: string[]) =>
    packetSchema.fields.filter((field) => !names.includes(field.name));

  it('an older one, without features and other things', () => {
    const schema = {
      ...packetSchema,
      fields: fieldsWithout('lc_features_g', 'lc_features_r', 'tns', 'roid'),
    };
    const value = avscType(schema).toBuffer(packet(5));
    const alert = createPacketDecoder().decode(Buffer.from(JSON.stringify(schema)), value);
    expect(alert).toMatchObject({ candid: candidOf(5).toString(), roid: null, cdsxmatch: 'Unknown' });
    expect(alert.storedFeatures).toEqual({ g: null, r: null });
  });

  it('one whose records have other names and whose unions put null first', () => {
    const renamed = JSON.stringify(packetSchema)
      .replaceAll('topLevelRecord.', 'brokerOf2027.')
      .replaceAll(/\["(\w+)","null"\]/g, '["null","$1"]');
    const value = avscType(JSON.parse(renamed)).toBuffer(packet(5));
    const decoder = createPacketDecoder();
    expect(decoder.decode(Buffer.from(renamed), value)).toEqual(decoder.decode(packetKey, encodePacket(5)));
  });

  it("one with defaults that the specification forbids, as raw ZTF's", () => {
    const withDefault = packetSchema.fields.map((field) => ({ ...field, default: null }));
    const key = Buffer.from(JSON.stringify({ ...packetSchema, fields: withDefault }));
    expect(createPacketDecoder().decode(key, encodePacket(2)).candid).toBe(candidOf(2).toString());
  });

  it('several in turn, each packet read with its own', () => {
    const decoder = createPacketDecoder({ stamps: false });
    const versions = Array.from({ length: 12 }, (_, version) => {
      const schema = { ...packetSchema, fields: [...packetSchema.fields] };
      schema.fields.splice(version, 0, { name: `new${version}`, type: ['string', 'null'] });
      const value = avscType(schema).toBuffer({ ...packet(version), [`new${version}`]: 'x' });
      return { key: Buffer.from(JSON.stringify(schema)), value };
    });
    for (let round = 0; round < 2; round++) {
      versions.forEach(({ key, value }, version) => {
        expect(decoder.decode(key, value).candid).toBe(candidOf(version).toString());
      });
    }
  });
});

describe('what cannot be read says why, and keeps its bytes', () => {
  const read = (key: Uint8Array | null, value: Uint8Array | null) => {
    const item = createPacketDecoder().read(key, value, origin);
    if (item.kind === 'alert') throw new Error('this was read');
    expect(item).toMatchObject({ origin, bytes: value, key });
    return item.reason;
  };
  const value = encodePacket(0);

  it.each([
    ['a version string for a key', Buffer.from('2.7_3.10.1'), value, '"2.7_3.10.1" is not an Avro schema'],
    ['no key', null, value, 'no key'],
    ['an empty key', Buffer.alloc(0), value, 'no key'],
    ['a key that is JSON cut short', packetKey.subarray(0, 500), value, 'the schema is not valid JSON'],
    [
      'a key that is some other JSON',
      Buffer.from('{"a":1}'),
      value,
      'a schema must be a JSON object with a type',
    ],
    ['a key with an unknown type', Buffer.from('{"type":"recrod"}'), value, 'the schema is not valid Avro'],
    ['no value', packetKey, null, 'the message is empty'],
    ['a value cut short', packetKey, value.subarray(0, -20), 'the data end too early'],
    ['a value cut at its first field', packetKey, value.subarray(0, 1), 'the data end too early'],
    [
      'bytes behind the packet',
      packetKey,
      Buffer.concat([value, Buffer.from('xx')]),
      '2 bytes are left over',
    ],
    ['text', packetKey, Buffer.from('no Avro at all, only words'), 'branch'],
    ['a schema of no record', Buffer.from('{"type":"string"}'), Buffer.from([2, 65]), 'this holds no alerts'],
  ])('%s', (_, key, bytes, reason) => {
    expect(read(key, bytes)).toContain(reason);
  });

  it.each(['candid', 'objectId', 'jd', 'fid', 'ra', 'dec', 'magpsf'])('a packet without %s', (field) => {
    const inCandidate = encodePacket(0, field === 'candid' || field === 'objectId' ? { [field]: null } : {}, {
      ...(field === 'objectId' ? {} : { [field]: null }),
    });
    expect(read(packetKey, inCandidate)).toBe(`the packet has no ${field}`);
  });

  it('a damaged count of array items, without hours of looping', () => {
    // The history behind objectId and candidate: branch 0, then 2^60 items.
    const history = value.indexOf(Buffer.from([0, 4])); // branch 0, two items
    const bytes = Buffer.concat([
      value.subarray(0, history + 1),
      Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]),
    ]);
    expect(read(packetKey, bytes)).toMatch(/an array of 1152921504606846976 items|branch|too early/);
  });

  it('any packet with some bytes overwritten is either read or refused, at once', () => {
    const decoder = createPacketDecoder();
    let refused = 0;
    for (let place = 0; place < value.length - 4; place++) {
      const damaged = Buffer.from(value);
      damaged.fill(0xff, place, place + 4);
      const item = decoder.read(packetKey, damaged, origin);
      if (item.kind === 'unreadable') refused++;
    }
    expect(refused).toBeGreaterThan(value.length / 4);
  });
});

describe.skipIf(!hasSharedData)(`the real packets${sharedNote}`, () => {
  const key = hasSharedData ? readFileSync(sharedPath('alerts', 'kafka-key.json')) : Buffer.alloc(0);
  const value = (index: number) => readFileSync(sharedPath('alerts', `kafka-value-${index}.avro-bin`));

  it('are read as avsc reads them', () => {
    const type = avscType(JSON.parse(key.toString('utf8')));
    const decoder = createPacketDecoder();
    for (let index = 0; index < 10; index++) {
      const alert = decoder.decode(key, value(index));
      const whole = type.fromBuffer(value(index));
      expect(alert.candid).toBe(String(whole.candid));
      expect(alert.objectId).toBe(whole.objectId);
      for (const field of ['jd', 'ra', 'dec', 'fid', 'magpsf', 'sigmapsf', 'drb', 'rb'] as const) {
        expect(alert[field]).toBe(whole.candidate[field]);
      }
      expect(alert.epochs).toHaveLength(1 + whole.prv_candidates.length);
      alert.epochs.slice(1).forEach((epoch, at) => {
        expect(whole.prv_candidates[at]).toMatchObject({ ...epoch });
      });
      expect(Buffer.from(alert.stamps.science ?? [])).toEqual(whole.cutoutScience.stampData);
      expect(Buffer.from(alert.stamps.difference ?? [])).toEqual(whole.cutoutDifference.stampData);
      expect(alert.storedFeatures.g?.amplitude ?? null).toBe(whole.lc_features_g.amplitude);
    }
  });

  it('cut anywhere are refused', () => {
    const decoder = createPacketDecoder();
    const whole = value(0);
    for (let end = 1; end < whole.length; end += 499) {
      expect(decoder.read(key, whole.subarray(0, end), origin).kind).toBe('unreadable');
    }
  });
});
