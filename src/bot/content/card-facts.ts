import { type Alert, type Epoch, type HistoryPoint, type Jd, mjdFromJd } from '../../pipeline/alert.ts';
import { galacticLatitude } from '../../pipeline/enrich/galactic-coordinates.ts';
import { describeSherlockClass } from '../../pipeline/enrich/sherlock/sherlock-classes.ts';
import type { SherlockHost, SherlockResult } from '../../pipeline/enrich/sherlock/sherlock-result.ts';
import { isNegative, isPositive } from '../../pipeline/features/apparent-magnitudes.ts';
import type { Features } from '../../pipeline/features/feature-table.ts';
import { forcedDetections } from '../../pipeline/features/forced-magnitudes.ts';
import { linearFit } from '../../pipeline/features/linear-fit.ts';
import { amplitude } from '../../pipeline/features/order-statistics.ts';
import type { EbvMap } from '../../store/schema.ts';
import { bandName, dayOf, decimal, plural, signed } from './format.ts';

/** A line of facts with its heading. */
export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** The parts of a Sherlock result that cards show. */
export interface SherlockSaid extends Pick<SherlockResult, 'class' | 'description' | 'separationArcsec'> {
  /** The host galaxy; null for an orphan, and in results stored without one. */
  readonly host?: Pick<
    SherlockHost,
    'name' | 'type' | 'z' | 'photoZ' | 'distanceMpc' | 'projectedKpc'
  > | null;
}

export interface AboutAlert {
  readonly alert: Alert;
  readonly features: Features;
  /** The dust map that E(B-V) was read from. */
  readonly ebvMap?: EbvMap | null;
  /** Null if Sherlock was not asked. */
  readonly sherlock: SherlockSaid | null;
  /** The object's whole light curve; null or absent if it was not fetched. */
  readonly archived?: readonly HistoryPoint[] | null;
}

/** A catalogued source beyond this distance says nothing about the alert. */
const NEIGHBOUR_ARCSEC = 5;
/** Sherlock classes of stars, which have no host galaxy. */
const STELLAR_CLASSES = ['VS', 'CV', 'BS'];

const joined = (parts: readonly (string | null)[], by = ' · '): string | null => {
  const present = parts.filter((part) => part !== null);
  return present.length === 0 ? null : present.join(by);
};

/** ZTF's star/galaxy score in words: near 1 a star, near 0 a galaxy, undecided in between. */
const likeness = (sgscore: number): string =>
  sgscore >= 0.8 ? 'star-like' : sgscore <= 0.2 ? 'galaxy-like' : 'star or galaxy';

const isFainter = ({ isdiffpos }: Epoch): boolean => isNegative(isdiffpos);
const isBrighter = ({ isdiffpos }: Epoch): boolean => isPositive(isdiffpos);
const isDetection = ({ magpsf }: Pick<Epoch, 'magpsf'>): boolean => magpsf !== null;

const skyText = ({ alert, features, ebvMap }: AboutAlert): string | null =>
  joined([
    `b = ${signed(galacticLatitude(alert.ra, alert.dec), 1)}°`,
    features.ebv === null
      ? null
      : `E(B−V) ${decimal(features.ebv, 2)} mag${ebvMap === 'coarse' ? ' (coarse map)' : ''}`,
  ]);

/** M = m - 5 log10(d / 10 pc), with the luminosity distance in Mpc; no dust correction. */
export const absoluteMagnitude = (magnitude: number, distanceMpc: number): number =>
  magnitude - 5 * Math.log10(distanceMpc) - 25;

/** Absolute magnitude at the host's distance, for a brightening: a fading source is not new. */
const impliedText = (alert: Alert, distanceMpc: number | null): string | null => {
  const [current] = alert.epochs;
  if (distanceMpc === null || distanceMpc <= 0 || (current !== undefined && isFainter(current))) return null;
  const absolute = decimal(absoluteMagnitude(alert.magpsf, distanceMpc), 1);
  return `would be M(${bandName(alert.fid)}) = ${absolute} mag at ${decimal(distanceMpc, 0)} Mpc`;
};

const redshiftText = ({ z, photoZ }: NonNullable<SherlockSaid['host']>): string | null =>
  z !== null ? `z = ${decimal(z, 3)}` : photoZ !== null ? `photometric z = ${decimal(photoZ, 2)}` : null;

/** Sherlock's result; its sentence only if there is nothing else. */
const sherlockText = (alert: Alert, { class: name, description, host }: SherlockSaid): string => {
  const said = `Sherlock: ${describeSherlockClass(name)}`;
  if (host == null || (host.name === null && host.z === null && host.photoZ === null))
    return description === '' ? said : `${said} – ${description}`;
  const source = host.name === null ? null : `${host.name}${host.type === null ? '' : ` (${host.type})`}`;
  const implied = STELLAR_CLASSES.includes(name) ? null : impliedText(alert, host.distanceMpc);
  return joined([said, source, redshiftText(host), implied], ', ') ?? said;
};

/** A galaxy of the Mangrove catalogue, with the absolute magnitude there unless Sherlock names another class. */
const mangroveText = ({ alert, sherlock }: AboutAlert): string | null => {
  const { mangroveName, mangroveMpc } = alert.context;
  if (mangroveName === null && mangroveMpc === null) return null;
  const galaxy = `Mangrove galaxy${mangroveName === null ? '' : ` ${mangroveName}`}`;
  const told = sherlock?.host?.distanceMpc != null || STELLAR_CLASSES.includes(sherlock?.class ?? '');
  const implied = told ? null : impliedText(alert, mangroveMpc);
  if (implied !== null) return `${galaxy}: ${implied}`;
  return mangroveMpc === null ? galaxy : `${galaxy} at ${decimal(mangroveMpc, 0)} Mpc`;
};

const hostText = (about: AboutAlert): string | null => {
  const { alert, features, sherlock } = about;
  const separation = sherlock?.separationArcsec ?? features.sep_arcsec;
  const kpc = sherlock?.host?.projectedKpc ?? null;
  const offset =
    separation === null
      ? null
      : `catalogued source at ${decimal(separation, 1)}″${kpc === null ? '' : ` (${decimal(kpc, 1)} kpc)`}`;
  return joined([offset, sherlock === null ? null : sherlockText(alert, sherlock), mangroveText(about)]);
};

const parallaxText = ({ plx, plxError }: Alert['context']): string | null => {
  if (plx === null) return null;
  if (plxError === null || plxError === 0) return `Gaia parallax ${decimal(plx, 2)} mas`;
  return `Gaia parallax ${decimal(plx, 2)} ± ${decimal(plxError, 2)} mas (${decimal(plx / plxError, 1)} σ)`;
};

const neighbourText = ({ distpsnr1, sgscore1 }: Alert['context']): string | null => {
  if (distpsnr1 === null || distpsnr1 < 0) return null;
  if (distpsnr1 > NEIGHBOUR_ARCSEC) return `no Pan-STARRS source within ${NEIGHBOUR_ARCSEC}″`;
  const score = sgscore1 === null || sgscore1 < 0 ? '' : `, ${likeness(sgscore1)} (${decimal(sgscore1, 2)})`;
  return `Pan-STARRS source at ${decimal(distpsnr1, 1)}″${score}`;
};

const cataloguesText = ({ alert: { context } }: AboutAlert): string | null =>
  joined([
    context.tns === null ? null : `TNS ${context.tns}`,
    context.vsx === null ? null : `VSX ${context.vsx}`,
    context.gcvs === null ? null : `GCVS ${context.gcvs}`,
    neighbourText(context),
    parallaxText(context),
  ]);

const dayOfJd = (jd: Jd): string => dayOf(new Date((jd - 2_440_587.5) * 86_400_000).toISOString());

const DAYS_A_YEAR = 365.25;

/** `9 days`, `3.2 years`. */
const timeWords = (days: number): string =>
  days < DAYS_A_YEAR
    ? plural(Math.max(0, Math.round(days)), 'day')
    : `${decimal(days / DAYS_A_YEAR, 1)} years`;

/** `g 7, r 5` */
const byBand = (epochs: readonly Pick<Epoch, 'fid'>[]): string =>
  [...new Set(epochs.map(({ fid }) => fid))]
    .sort((a, b) => a - b)
    .map((fid) => `${bandName(fid)} ${epochs.filter((epoch) => epoch.fid === fid).length}`)
    .join(', ');

/** `21 brighter`, `3 brighter, 2 fainter` */
const sides = (brighter: number, fainter: number): string =>
  fainter === 0
    ? `${brighter} brighter`
    : brighter === 0
      ? `${fainter} fainter`
      : `${brighter} brighter, ${fainter} fainter`;

/** Date of the first detection, from the packet or from Fink's archive. */
const firstSeenText = ({ alert, archived }: AboutAlert): string | null => {
  const earliest = [alert.context.jdstarthist, archived?.find(isDetection)?.jd ?? null].filter(
    (jd) => jd !== null,
  );
  if (earliest.length === 0) return null;
  const jd = Math.min(...earliest);
  return `first seen ${dayOfJd(jd)} (${timeWords(alert.jd - jd)} before)`;
};

/** Number of detections: the survey's own count, and those in Fink's archive. */
const seenText = ({ alert, archived }: AboutAlert): string | null => {
  const { ndethist } = alert.context;
  const seen = (archived ?? []).filter((point) => isDetection(point) && point.jd <= alert.jd);
  return joined(
    [
      ndethist === null ? null : `${plural(ndethist, 'detection')} since the survey began`,
      seen.length === 0 ? null : `${seen.length} in Fink’s archive (${byBand(seen)})`,
    ],
    ', ',
  );
};

/** Detections since the survey began, then the plotted ones: by band, and brighter or fainter than the template. */
const historyText = (about: AboutAlert): string | null => {
  const { alert } = about;
  const detections = alert.epochs.filter(isDetection);
  const brighter = detections.filter(isBrighter).length;
  const fainter = detections.filter(isFainter).length;
  const unknown = detections.length - brighter - fainter;
  const forced = forcedDetections(alert).length;
  const limits = alert.epochs.filter(({ magpsf, diffmaglim }) => magpsf === null && diffmaglim !== null);
  return joined([
    firstSeenText(about),
    seenText(about),
    detections.length === 0
      ? null
      : `plotted ${byBand(detections)}: ${[
          `${sides(brighter, fainter)} than the template`,
          ...(unknown === 0 ? [] : [`${unknown} of unknown sign`]),
          plural(limits.length, 'limit'),
          ...(forced === 0 ? [] : [`${forced} more by forced photometry`]),
        ].join(', ')}`,
  ]);
};

/** Amplitude and slope of one band's difference magnitudes as plotted; null with too few points. */
const changeOf = (points: readonly Epoch[]): { amplitude: number | null; slope: number | null } => {
  const measured = points.filter(({ sigmapsf }) => sigmapsf !== null && sigmapsf > 0);
  const column = (read: (epoch: Epoch) => number | null) =>
    Float64Array.from(measured, (epoch) => read(epoch) ?? Number.NaN);
  return {
    amplitude: points.length < 2 ? null : amplitude(Float64Array.from(points, ({ magpsf }) => magpsf ?? 0)),
    slope:
      linearFit(
        column(({ jd }) => jd),
        column(({ magpsf }) => magpsf),
        column(({ sigmapsf }) => sigmapsf),
      )?.slope ?? null,
  };
};

/**
 * How the light curve changes, in difference magnitudes. Brighter and fainter detections are not one curve, so
 * only those on the alert's side of the template count.
 */
const changeText = (alert: Alert): string | null => {
  const [current] = alert.epochs;
  if (current === undefined) return null;
  const detections = alert.epochs.filter(isDetection);
  const faint = isFainter(current);
  const points = detections.filter((epoch) => isFainter(epoch) === faint);
  const bands = [1, 2].map((fid) => ({
    name: bandName(fid),
    ...changeOf(points.filter((epoch) => epoch.fid === fid)),
  }));
  const listed = (name: string, unit: string, texts: readonly (string | null)[]): string | null => {
    const values = joined(texts, ', ');
    return values === null ? null : `${name} ${values} ${unit}`;
  };
  const change = joined([
    listed(
      'amplitude',
      'mag',
      bands.map((one) => (one.amplitude === null ? null : `${one.name} ${decimal(one.amplitude, 2)}`)),
    ),
    listed(
      'slope',
      'mag/day',
      bands.map((one) => (one.slope === null ? null : `${one.name} ${signed(one.slope, 3)}`)),
    ),
  ]);
  if (change === null || points.length === detections.length) return change;
  return `${faint ? 'the fainter ones' : 'the brighter ones'}: ${change}`;
};

const nowText = ({ alert }: AboutAlert): string | null => {
  const { fid, magpsf, sigmapsf, jd, drb } = alert;
  const [current] = alert.epochs;
  const error = sigmapsf === null ? '' : ` ± ${decimal(sigmapsf, 2)}`;
  return joined([
    `${bandName(fid)} = ${decimal(magpsf, 2)}${error} mag on MJD ${mjdFromJd(jd).toFixed(2)}${
      current !== undefined && isFainter(current) ? ', fainter than its template' : ''
    }`,
    changeText(alert),
    `real/bogus ${decimal(drb, 2)}`,
  ]);
};

/** Facts that help to label this alert, most telling first; at most five lines. */
export const factsOf = (about: AboutAlert): Fact[] =>
  [
    { name: 'Sky', text: skyText(about) },
    { name: 'Host', text: hostText(about) },
    { name: 'Catalogues', text: cataloguesText(about) },
    { name: 'History', text: historyText(about) },
    { name: 'Now', text: nowText(about) },
  ].flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]));
