import { type Epoch, NO_CONTEXT } from '../../pipeline/alert.ts';
import { stampFile } from '../../simulation/simulated-stamps.ts';
import type { CardPictureInput } from './card-picture.ts';

const SIDE = 63;
const JD = 2_460_800.5;
const NIGHTS = 20;

/** A faint round source on a sloping background. */
const stamp = (peak: number): Uint8Array =>
  stampFile(
    Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
      const x = (i % SIDE) - SIDE / 2;
      const y = Math.floor(i / SIDE) - SIDE / 2;
      return peak * Math.exp(-(x * x + y * y) / 8) + ((i * 7919) % 101) / 10;
    }),
  );

/** Every third night a limit, the others detections in g and r by turns. */
const epoch = (night: number): Epoch => {
  const detected = night % 3 !== 2;
  return {
    jd: JD - night,
    fid: 1 + (night % 2),
    magpsf: detected ? 19.5 + 0.05 * night : null,
    sigmapsf: detected ? 0.1 : null,
    diffmaglim: 20.5,
    isdiffpos: detected ? 't' : null,
    distnr: null,
    magnr: null,
    sigmagnr: null,
  };
};

/** A card that nobody sees, with everything on it that a real one has. */
export const sampleCard = (): CardPictureInput => {
  const stamps = { science: stamp(400), template: stamp(200), difference: stamp(200) };
  const alert = {
    candid: '0',
    objectId: 'SIMwarmup',
    jd: JD,
    ra: 10,
    dec: 20,
    fid: 1,
    magpsf: 19.5,
    sigmapsf: 0.1,
    drb: null,
    rb: null,
    roid: null,
    cdsxmatch: null,
    context: NO_CONTEXT,
    epochs: Array.from({ length: NIGHTS }, (_, night) => epoch(night)),
    storedFeatures: { g: null, r: null },
    stamps,
  };
  return { alert, stamps };
};
