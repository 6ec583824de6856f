import type { Alert, Epoch } from '../../../src/pipeline/alert.ts';

/** A g detection far from any source of the template; `changes` makes it another epoch. */
export const detection = (changes: Partial<Epoch> = {}): Epoch => ({
  jd: 2461000.5,
  fid: 1,
  magpsf: 20,
  sigmapsf: 0.1,
  diffmaglim: 20.8,
  isdiffpos: 't',
  distnr: 8,
  magnr: 19,
  sigmagnr: 0.05,
  ...changes,
});

/** An upper limit as packets have it. */
export const upperLimit = (changes: Partial<Epoch> = {}): Epoch => ({
  ...detection(),
  magpsf: null,
  sigmapsf: null,
  isdiffpos: null,
  distnr: null,
  magnr: null,
  sigmagnr: null,
  ...changes,
});

/** An alert of one g detection, without stored features; `changes` makes it another. */
export const alert = (changes: Partial<Alert> = {}): Alert => ({
  candid: '3063176310015015002',
  objectId: 'ZTF25aapafwq',
  jd: 2461000.5,
  ra: 174.1,
  dec: -26.4,
  fid: 1,
  magpsf: 20,
  sigmapsf: 0.1,
  drb: 0.99,
  rb: 0.9,
  roid: 0,
  cdsxmatch: 'Unknown',
  context: {
    distpsnr1: null,
    sgscore1: null,
    neargaia: null,
    ndethist: null,
    jdstarthist: null,
    tns: null,
    vsx: null,
    gaiaName: null,
  },
  epochs: [detection()],
  storedFeatures: { g: null, r: null },
  stamps: { science: null, template: null, difference: null },
  ...changes,
});
