import { describe, expect, it } from 'vitest';
import { isSimulated, objectLinks } from '../../../src/pipeline/enrich/object-links.ts';

describe('links to an object elsewhere', () => {
  it('go to the object page of each service', () => {
    expect(objectLinks({ objectId: 'ZTF25aapafwq', ra: 161.8061234, dec: -10.9 })).toEqual({
      lasair: 'https://lasair-ztf.lsst.ac.uk/objects/ZTF25aapafwq/',
      fink: 'https://ztf.fink-portal.org/ZTF25aapafwq',
      simbad: 'http://simbad.u-strasbg.fr/simbad/sim-coo?Coord=161.8061234%20-10.9&Radius=0.08',
      tns: 'https://www.wis-tns.org/search?ra=161.8061234&decl=-10.9&radius=5&coords_unit=arcsec',
    });
  });

  it('write positions in plain decimals, however small', () => {
    const { simbad } = objectLinks({ objectId: 'ZTF18aaaaaaa', ra: 0.0000003, dec: -0.00000001 });
    expect(simbad).toContain('Coord=0.0000003%200&');
    expect(objectLinks({ objectId: 'ZTF18aaaaaaa', ra: 150, dec: 10 }).tns).toContain('ra=150&decl=10&');
  });

  it('are none for a simulated object', () => {
    expect(isSimulated('SIM26aaaaaab')).toBe(true);
    expect(isSimulated('ZTF26aaaaaab')).toBe(false);
    expect(Object.values(objectLinks({ objectId: 'SIM26aaaaaab', ra: 10, dec: 20 }))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('cannot be broken by an odd id', () => {
    expect(objectLinks({ objectId: 'a/b?c', ra: 1, dec: 2 }).lasair).toBe(
      'https://lasair-ztf.lsst.ac.uk/objects/a%2Fb%3Fc/',
    );
  });
});
