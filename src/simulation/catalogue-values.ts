import { createRandom, type Random } from '../pipeline/learning/random.ts';
import type { LeafValues } from './avro-writer.ts';
import { normal, uniform } from './draws.ts';
import type { Counterpart } from './light-source.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { STREAM } from './streams.ts';

/** What ZTF writes where a catalogue has nothing. */
const NOTHING = -999;
/** Faintest r of the Gaia and Pan-STARRS catalogues, mag. */
const GAIA_LIMIT = 20.7;
const PANSTARRS_LIMIT = 22.5;
/** Pan-STARRS sources are given within this distance, arcsec. */
const SEARCH_RADIUS = 30;

/**
 * The neighbours that the survey looks up in Pan-STARRS and Gaia: the object's own star or host, and field
 * stars. The same in every packet of an object.
 */
export function catalogueValues(object: SimulatedObject): LeafValues {
  const { night, index } = object.identity;
  const random = createRandom(object.seed, STREAM.packet, night, index, 1);
  const { counterpart } = object.source;
  const sources = [
    object.neighbour,
    another(random, object.neighbour.offset),
    another(random, object.neighbour.offset),
  ];
  if (counterpart !== null) sources.push(counterpart);
  sources.sort((a, b) => a.offset - b.offset);
  const near = sources.filter(({ r, offset }) => r < PANSTARRS_LIMIT && offset < SEARCH_RADIUS);
  const gaia = sources.find(({ kind, r, offset }) => r < GAIA_LIMIT && (kind === 'star' || offset < 0.2));
  return {
    ...panStarrs(random, 1, near[0]),
    ...panStarrs(random, 2, near[1]),
    ...panStarrs(random, 3, near[2]),
    nmtchps: near.length,
    neargaia: gaia === undefined ? NOTHING : gaia.offset + Math.abs(normal(random, 0, 0.1)),
    neargaiabright: NOTHING,
    maggaia: gaia === undefined ? NOTHING : gaia.r + normal(random, 0.1, 0.05),
    maggaiabright: NOTHING,
  };
}

/** A field star farther away than the nearest one. */
const another = (random: Random, nearest: number): Counterpart => {
  const r = uniform(random, 17, 22.4);
  return {
    kind: 'star',
    g: r + uniform(random, 0.3, 1.5),
    r,
    offset: nearest + uniform(random, 1, 15),
    direction: 0,
  };
};

function panStarrs(random: Random, rank: 1 | 2 | 3, source: Counterpart | undefined): LeafValues {
  const id = { [`objectidps${rank}`]: BigInt(Math.floor(uniform(random, 7e16, 2e17))) };
  const names = [
    `sgmag${rank}`,
    `srmag${rank}`,
    `simag${rank}`,
    `szmag${rank}`,
    `sgscore${rank}`,
    `distpsnr${rank}`,
  ];
  if (source === undefined)
    return { [`objectidps${rank}`]: 0, ...Object.fromEntries(names.map((name) => [name, NOTHING])) };
  const red = 0.4 * (source.g - source.r);
  const { g, r, offset } = source;
  const distance = offset + Math.abs(normal(random, 0, 0.08));
  const values = [g, r, r - red, r - 1.4 * red, starScore(random, source), distance];
  return { ...id, ...Object.fromEntries(names.map((name, i) => [name, values[i] ?? NOTHING])) };
}

/** Star/galaxy score: near 1 for stars and 0 for galaxies, and anything for faint ones. */
function starScore(random: Random, { kind, r }: Counterpart): number {
  const blur = Math.min(0.5, 0.03 + 0.15 * Math.max(r - 19.5, 0));
  const score = kind === 'star' ? 1 - Math.abs(normal(random, 0, blur)) : Math.abs(normal(random, 0, blur));
  return Math.min(Math.max(score, 0), 1);
}
