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
