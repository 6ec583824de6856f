import { type Alert, type Epoch, NO_CONTEXT } from '../../src/pipeline/alert.ts';

/** A detection in a made-up light curve; override what a test is about. */
export const detection = (over: Partial<Epoch> = {}): Epoch => ({
  jd: 2_460_800.5,
  fid: 1,
  magpsf: 19.8,
  sigmapsf: 0.12,
  diffmaglim: 20.5,
  isdiffpos: 't',
  distnr: 5,
  magnr: 21,
  sigmagnr: 0.1,
  ...over,
});

/** A made-up alert that passes the filter and has one detection; override what a test is about. */
export const alertWith = (over: Partial<Alert> = {}): Alert => ({
  candid: '3063176310015015002',
  objectId: 'ZTF25aapafwq',
  jd: 2_460_800.5,
  ra: 174.1117275,
  dec: -26.4449764,
  fid: 1,
  magpsf: 19.8,
  sigmapsf: 0.12,
  drb: 0.99,
  rb: 0.9,
  roid: 0,
  cdsxmatch: 'Unknown',
  context: {
    ...NO_CONTEXT,
    distpsnr1: 0.4,
    sgscore1: 0.02,
    neargaia: 30,
    ndethist: 4,
    jdstarthist: 2_460_790.5,
    tns: null,
    vsx: null,
    gaiaName: null,
    mangroveName: null,
    mangroveMpc: null,
  },
  epochs: [detection()],
  storedFeatures: { g: null, r: null },
  stamps: { science: null, template: null, difference: null },
  ...over,
});
