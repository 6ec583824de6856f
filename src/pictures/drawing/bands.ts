import type { MarkerShape } from './markers.ts';
import { OKABE_ITO } from './palette.ts';

/** How a photometric band looks wherever it is drawn: a colour and a marker, either of which is enough. */
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
