import { describe, expect, it } from 'vitest';
import { parseExact } from '../../../../src/lib/parse-exact.ts';
import {
  describeSherlockClass,
  isExcludedClass,
} from '../../../../src/pipeline/enrich/sherlock/sherlock-classes.ts';
import {
  readSherlockAnswer,
  resultAt,
  type SherlockResult,
} from '../../../../src/pipeline/enrich/sherlock/sherlock-result.ts';
import { separationArcsec } from '../../../../src/pipeline/enrich/sky-position.ts';
import { baseAnswer } from '../../../lasair/stand-in.ts';
import { hasSharedData, sharedNote } from '../../../shared-data.ts';

const read = (answer: unknown): SherlockResult => {
  const result = readSherlockAnswer(parseExact(JSON.stringify(answer)));
  if (result === null) throw new Error('no result');
  return result;
};

describe.skipIf(!hasSharedData)(`the real answer${sharedNote}`, () => {
  it('is read whole', () => {
    expect(readSherlockAnswer(parseExact(baseAnswer()))).toEqual({
      class: 'VS',
      description:
        'The transient is synonymous with SDSS J100023.30+013812.9; a G=19.79 mag stellar source found in the ' +
        'SDSS/GAIA/PS1 catalogues. It\'s located 0.5" from the stellar source core.',
      separationArcsec: 0.5108535188906831,
      host: {
        name: 'SDSS J100023.30+013812.9',
        url: 'http://skyserver.sdss.org/dr12/en/tools/explore/Summary.aspx?id=1237651753460367864',
        id: '1237651753460367864',
        catalogue: 'SDSS/GAIA/PS1',
        type: 'star',
        position: { ra: 150.09708478950003, dec: 1.6369261840498823 },
        z: null,
        photoZ: null,
        magnitude: { band: 'r', value: 19.924299240112305 },
        distanceMpc: null,
        projectedKpc: null,
      },
    });
  });

  it('keeps its ids exact, which as numbers would lose their last digits', () => {
    const text = JSON.stringify(parseExact(baseAnswer()));
    for (const id of ['3836016440893657728', '109961500971744794', '1237651753460367864']) {
      expect(text).toContain(`"${id}"`);
    }
  });
});

describe('an answer of Sherlock', () => {
  const galaxy = {
    rank: 1,
    separationArcsec: '3.20',
    catalogue_object_id: 12,
    catalogue_table_name: 'NED D Galaxy Catalogue',
    catalogue_object_type: 'galaxy',
    raDeg: 10,
    decDeg: 20,
    z: '0.0834',
    photoZ: 'nan',
    _g: '',
    Mag: 17.5,
    MagFilter: 'B',
    z_distance: '371.2',
    physical_separation_kpc: 4.6,
  };

  it.each(['transient_00000', 'query0', 'query', ''])('has its class under whatever key: "%s"', (key) => {
    const result = read({ classifications: { [key]: ['sn', 'Near a galaxy.'] }, crossmatches: [galaxy] });
    expect([result.class, result.description, result.separationArcsec]).toEqual([
      'SN',
      'Near a galaxy.',
      3.2,
    ]);
  });

  it('is about the match of rank 1, wherever it stands, else the first', () => {
    const far = { ...galaxy, rank: 2, separationArcsec: 9 };
    const both = (crossmatches: unknown[]): number | null =>
      read({ classifications: { q: ['SN', ''] }, crossmatches }).separationArcsec;
    expect(both([far, galaxy])).toBe(3.2);
    expect(both([far, { ...galaxy, rank: '1' }])).toBe(3.2);
    expect(both([far, { ...galaxy, rank: 3 }])).toBe(9);
  });

  it('gives numbers that are strings as numbers, and missing ones as null', () => {
    const { host } = read({ classifications: { q: ['SN', ''] }, crossmatches: [galaxy] });
    expect(host).toMatchObject({
      id: '12',
      name: null,
      z: 0.0834,
      photoZ: null,
      magnitude: { band: 'B', value: 17.5 },
      distanceMpc: 371.2,
      projectedKpc: 4.6,
    });
  });

  it('has the separation from its two parts when that is all there is', () => {
    const parts = {
      ...galaxy,
      separationArcsec: null,
      northSeparationArcsec: '-3',
      eastSeparationArcsec: '4.0',
    };
    expect(read({ classifications: { q: ['SN', ''] }, crossmatches: [parts] }).separationArcsec).toBe(5);
  });

  it('is without match and separation for an orphan', () => {
    const orphan = { class: 'ORPHAN', separationArcsec: null, host: null };
    const classifications = { q: ['ORPHAN', 'No context.'] };
    expect(read({ classifications, crossmatches: [] })).toMatchObject(orphan);
    expect(read({ classifications })).toMatchObject(orphan);
    expect(read({ classifications, crossmatches: [galaxy] })).toMatchObject(orphan);
  });

  it('links only to web pages', () => {
    const sentence = '<a href="javascript:alert(1)">NGC 1</a>';
    const { host } = read({ classifications: { q: ['SN', sentence] }, crossmatches: [galaxy] });
    expect([host?.name, host?.url]).toEqual(['NGC 1', null]);
  });

  it('is none without a classification', () => {
    for (const answer of [null, [], 'x', {}, { classifications: {} }, { classifications: { q: [] } }]) {
      expect(readSherlockAnswer(answer)).toBeNull();
    }
  });

  it('measures the separation anew for a neighbouring position', () => {
    const result = read({ classifications: { q: ['SN', ''] }, crossmatches: [galaxy] });
    const position = { ra: 10, dec: 20 + 4 / 3600 };
    expect(resultAt(result, position).separationArcsec).toBeCloseTo(4, 6);
    const orphan = read({ classifications: { q: ['ORPHAN', ''] } });
    expect(resultAt(orphan, position)).toBe(orphan);
  });
});

describe('the angle between two positions', () => {
  it('is right for tiny and for large angles, across ra = 0 and at the poles', () => {
    expect(separationArcsec({ ra: 359.9999, dec: 0 }, { ra: 0.0001, dec: 0 })).toBeCloseTo(0.72, 6);
    expect(separationArcsec({ ra: 10, dec: 60 }, { ra: 10 + 1 / 3600, dec: 60 })).toBeCloseTo(0.5, 6);
    expect(separationArcsec({ ra: 0, dec: 90 }, { ra: 123, dec: 90 })).toBeCloseTo(0, 6);
    expect(separationArcsec({ ra: 0, dec: -90 }, { ra: 0, dec: 90 })).toBeCloseTo(648_000, 3);
  });
});

describe('classes kept out of the pool', () => {
  it('are AGN and VS unless configured otherwise; an object without an answer is not kept out', () => {
    expect(['AGN', 'VS', 'SN', 'NT', 'ORPHAN'].map((name) => isExcludedClass(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isExcludedClass(null)).toBe(false);
    expect([isExcludedClass('VS', ['cv']), isExcludedClass('CV', ['cv']), isExcludedClass('VS', [])]).toEqual(
      [false, true, false],
    );
    expect([describeSherlockClass('NT'), describeSherlockClass('NEW')]).toEqual(['nuclear transient', 'NEW']);
  });
});
