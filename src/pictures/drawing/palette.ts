import type { MarkerShape } from './markers.ts';

/**
 * Colours of the pictures. Those that carry a meaning are of Okabe & Ito's set ("Color Universal Design",
 * 2008), which stays apart under the common colour-vision deficiencies; none is ever the only sign of it.
 */
export const INK = '#1d1c1d';
/** Axis titles and remarks. */
export const MUTED = '#5c5f66';
export const AXIS = '#8b8f97';
export const GRID = '#e9eaed';
export const SIMULATED = '#6b3fa0';

export const OKABE_ITO = {
  orange: '#e69f00',
  skyBlue: '#56b4e9',
  bluishGreen: '#009e73',
  blue: '#0072b2',
  vermillion: '#d55e00',
  reddishPurple: '#cc79a7',
} as const;

/** The colour and marker of a photometric band; each alone tells the bands apart. */
export interface BandLook {
  readonly name: string;
  readonly colour: string;
  readonly shape: MarkerShape;
}

/** ZTF's filters by fid, in order of wavelength; i is a deep purple, the darkest of the three. */
const BANDS: ReadonlyMap<number, BandLook> = new Map([
  [1, { name: 'g', colour: OKABE_ITO.bluishGreen, shape: 'circle' }],
  [2, { name: 'r', colour: OKABE_ITO.vermillion, shape: 'square' }],
  [3, { name: 'i', colour: '#4b2e83', shape: 'diamond' }],
]);

/** Look of a filter; one that ZTF does not have is shown as what it is called. */
export const bandLook = (fid: number): BandLook =>
  BANDS.get(fid) ?? { name: `filter ${fid}`, colour: '#555555', shape: 'cross' };
