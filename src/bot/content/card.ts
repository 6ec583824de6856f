import { type Alert, mjdFromJd } from '../../pipeline/alert.ts';
import { galacticLatitude } from '../../pipeline/enrich/galactic-coordinates.ts';
import { isSimulated, objectLinks } from '../../pipeline/enrich/object-links.ts';
import { decToDms, raToHms } from '../../pipeline/enrich/sexagesimal.ts';
import type { Features } from '../../pipeline/features/feature-names.ts';
import type { AnswerRow } from '../../store/answers.ts';
import type { AnswerValue, CandidateRow } from '../../store/schema.ts';
import { bandName, decimal, minuteUtc, percent, plural, signed } from './format.ts';

export const ANSWER_WORDS: Readonly<Record<AnswerValue, string>> = {
  galactic: 'Galactic',
  not_galactic: 'Not galactic',
  skip: 'Skipped',
};

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** What a candidate's card says, in no chat's language. */
export interface CardContent {
  readonly candidateId: number;
  readonly objectId: string;
  /** The object's own page; null for a simulated object, which has none. */
  readonly page: string | null;
  readonly links: readonly Link[];
  readonly simulated: boolean;
  readonly place: string;
  readonly probability: string;
  readonly why: string;
  readonly lines: readonly string[];
  /** Null while the candidate is open. */
  readonly decision: { readonly answer: AnswerValue; readonly words: string } | null;
}

export interface CardInput {
  readonly candidate: CandidateRow;
  readonly roundNumber: number;
  readonly alert: Alert;
  readonly features: Features;
  readonly answers: readonly AnswerRow[];
}

const whyChosen = (candidate: CandidateRow, roundNumber: number): string => {
  if (candidate.drawn === 'uncertainty') return 'among those the model is least sure of';
  return roundNumber === 1 ? 'drawn at random for the first round' : 'drawn at random';
};

/** `01h38m25.16s +75°33′00.4″`: chats take what stands between two colons for an emoji. */
const coordinates = ({ ra, dec }: Alert): string => {
  const [h, m, s] = raToHms(ra).split(':');
  const [deg = '', min, sec] = decToDms(dec).split(':');
  return `${h}h${m}m${s}s ${deg.replace('-', '−')}°${min}′${sec}″`;
};

const lastDetection = (alert: Alert): string =>
  `${bandName(alert.fid)} = ${decimal(alert.magpsf, 2)}${
    alert.sigmapsf === null ? '' : ` ± ${decimal(alert.sigmapsf, 2)}`
  } mag on MJD ${mjdFromJd(alert.jd).toFixed(2)}`;

const featureLine = (
  name: string,
  unit: string,
  values: { readonly g: number | null; readonly r: number | null },
  format: (value: number | null) => string,
): string | null =>
  values.g === null && values.r === null
    ? null
    : `${name} ${[
        values.g === null ? null : `g ${format(values.g)}`,
        values.r === null ? null : `r ${format(values.r)}`,
      ]
        .filter((text) => text !== null)
        .join(', ')} ${unit}`;

const lightCurveLine = (f: Features): string | null => {
  const parts = [
    featureLine('amplitude', 'mag', { g: f.amplitude, r: f.amplituder_ }, (v) => decimal(v, 2)),
    featureLine('slope', 'mag/day', { g: f.linear_fit_slope, r: f.linear_fit_sloper_ }, (v) => signed(v, 3)),
    featureLine('median', 'mag', { g: f.median, r: f.medianr_ }, (v) => decimal(v, 2)),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ');
};

const neighbourLine = (alert: Alert): string | null => {
  const { distpsnr1, sgscore1 } = alert.context;
  if (distpsnr1 === null) return null;
  const kind = sgscore1 === null ? '' : `, star/galaxy score ${decimal(sgscore1, 2)} (1 star, 0 galaxy)`;
  return `nearest Pan-STARRS source ${decimal(distpsnr1, 1)}″ away${kind}`;
};

/** Builds a card's content; what decides a label comes first. */
export const cardContent = ({ candidate, roundNumber, alert, features, answers }: CardInput): CardContent => {
  const links = objectLinks(alert);
  const decider = answers.find((answer) => answer.decided === 1);
  const late = answers.filter((answer) => answer.decided === 0 && answer.answer !== decider?.answer);
  const lines = [
    `Latest ${lastDetection(alert)} · ${plural(features.ndets ?? 0, 'detection')}, ${plural(
      features.nnondets ?? 0,
      'upper limit',
    )}`,
    lightCurveLine(features),
    neighbourLine(alert),
    `RA, Dec ${decimal(alert.ra, 5)}°, ${signed(alert.dec, 5)}° (${coordinates(alert)}) · Galactic latitude ${signed(
      galacticLatitude(alert.ra, alert.dec),
      1,
    )}° · real/bogus ${decimal(alert.drb, 2)}`,
  ];
  return {
    candidateId: candidate.id,
    objectId: alert.objectId,
    page: links.lasair,
    links: [
      { name: 'Lasair', url: links.lasair },
      { name: 'Fink', url: links.fink },
      { name: 'SIMBAD', url: links.simbad },
      { name: 'TNS', url: links.tns },
    ].flatMap(({ name, url }) => (url === null ? [] : [{ name, url }])),
    simulated: isSimulated(alert.objectId),
    place: `Round ${roundNumber}, no. ${candidate.draw_order}`,
    probability:
      candidate.p_galactic === null
        ? 'P(galactic) not known yet'
        : `P(galactic) ${percent(candidate.p_galactic)}`,
    why: whyChosen(candidate, roundNumber),
    lines: lines.filter((line) => line !== null),
    decision:
      decider === undefined
        ? null
        : {
            answer: decider.answer,
            words: `${ANSWER_WORDS[decider.answer]} – ${decider.user_name}, ${minuteUtc(decider.at)}${
              late.length === 0
                ? ''
                : ` (${late.map((one) => `${one.user_name}: ${ANSWER_WORDS[one.answer]}`).join(', ')})`
            }`,
          },
  };
};
