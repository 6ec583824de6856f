import { type Digest, SOUGHT } from '../../loop/digest/digest.ts';
import type { MadeUp } from '../../loop/duty-state.ts';
import { isSimulated, objectLinks } from '../../pipeline/enrich/object-links.ts';
import { describeSherlockClass } from '../../pipeline/enrich/sherlock/sherlock-classes.ts';
import type { CriterionName } from '../../pipeline/ingest/filter-alert.ts';
import { classWords, probabilityOf } from './answer-words.ts';
import { bandName, decimal, megabytes, percent, plannedPruningWords, plural } from './format.ts';

export interface DigestObject {
  readonly objectId: string;
  readonly page: string | null;
  /** Other web pages about it. */
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly text: string;
}

/** A day in a few lines, and the details behind them. */
export interface DigestContent {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly text: string }[];
  /** Title of `surest`: `Surest not galactic`. */
  readonly surestTitle: string;
  readonly surest: readonly DigestObject[];
  readonly changed: readonly DigestObject[];
  /** Removed objects by reason, a line each. */
  readonly takenOut: readonly string[];
  readonly failures: readonly string[];
  readonly accuracyNote: string | null;
  readonly simulated: boolean;
}

/** Why an alert is filtered out, by the criterion that it fails. */
const TAKEN_OUT: Readonly<Record<CriterionName, string>> = {
  cdsxmatch: 'known to SIMBAD',
  roid: 'known asteroids',
  magpsf: 'brighter than magnitude 19.5',
  drb: 'with a real/bogus score of 0.5 or less',
};

const PEOPLE_SHOWN = 8;

const peopleWords = (people: Digest['people']): string => {
  const words = people
    .slice(0, PEOPLE_SHOWN)
    .map(
      ({ name, labels, skips }) => `${name} ${labels}${skips === 0 ? '' : ` (+${plural(skips, 'skip')})`}`,
    );
  const more = people.length - PEOPLE_SHOWN;
  return [...words, ...(more > 0 ? [`${more} more`] : [])].join(', ');
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const alertsLine = (digest: Digest): string => {
  if (digest.read === 0) return 'none came in';
  const out = sum(digest.filtered);
  return [
    `${digest.read} in, ${digest.kept} kept`,
    out === 0 ? null : `${out} taken out`,
    digest.quarantined === 0 ? null : `${digest.quarantined} unreadable`,
  ]
    .filter((part) => part !== null)
    .join(', ');
};

const objectOf = (
  object: { readonly objectId: string; readonly ra: number; readonly dec: number },
  text: string,
): DigestObject => {
  const links = objectLinks(object);
  return {
    objectId: object.objectId,
    page: links.lasair,
    links: [
      { name: 'Fink', url: links.fink },
      { name: 'SIMBAD', url: links.simbad },
      { name: 'TNS', url: links.tns },
    ].flatMap(({ name, url }) => (url === null ? [] : [{ name, url }])),
    text,
  };
};

/** `2026-05-02T14:00:00.000Z` as `2026-05-02 14:00`. */
const minuteOf = (at: string): string => at.slice(0, 16).replace('T', ' ');

const madeUpWords = ({ what, due, at }: MadeUp): string =>
  `${what} of ${minuteOf(due)} was done at ${minuteOf(at)} UTC`;

export const digestContent = (digest: Digest): DigestContent => {
  const made = digest.people.reduce((total, { labels }) => total + labels, 0);
  const all = digest.labels.positive + digest.labels.negative;
  const { accuracy, failures, leftPool, madeUp = [], stamps } = digest;
  const probability = probabilityOf(digest.modelType);
  const lines = [
    { name: 'Alerts', text: alertsLine(digest) },
    {
      name: 'Labels',
      text:
        digest.people.length === 0
          ? `none made, ${all} in all`
          : `${made} made: ${peopleWords(digest.people)}; ${all} in all`,
    },
    ...(accuracy === null
      ? []
      : [
          {
            name: 'Accuracy',
            text: `${percent(accuracy.accuracy)} (${percent(accuracy.low)} to ${percent(accuracy.high)}) after round ${accuracy.round}`,
          },
        ]),
    ...(leftPool == null
      ? []
      : [
          {
            name: 'Pool',
            text: `${plural(leftPool.objects, 'object')} left it, not seen for ${plural(leftPool.days, 'day')}`,
          },
        ]),
    ...(stamps?.planned == null ? [] : [{ name: 'Stamps', text: plannedPruningWords(stamps.planned) }]),
    ...(stamps?.freed == null
      ? []
      : [
          {
            name: 'Stamps',
            text: `those of ${plural(stamps.freed.alerts, 'alert')} were deleted, ${megabytes(stamps.freed.bytes)} freed`,
          },
        ]),
    ...(madeUp.length === 0 ? [] : [{ name: 'Done late', text: madeUp.map(madeUpWords).join('; ') }]),
    ...(failures.length === 0
      ? []
      : [
          {
            name: 'Failed',
            text: `${failures[0]}${failures.length === 1 ? '' : `, and ${failures.length - 1} more`}`,
          },
        ]),
  ];
  return {
    title: `Fink alerts on ${digest.day}`,
    lines,
    surestTitle: `Surest ${classWords(digest.modelType, SOUGHT[digest.modelType])}`,
    surest: digest.surest.map((object) =>
      objectOf(
        object,
        `${probability} ${percent(object.p)}, ${bandName(object.fid)} = ${decimal(object.magpsf, 2)}`,
      ),
    ),
    changed: digest.changed.map((object) =>
      objectOf(object, `${probability} ${percent(object.before)} → ${percent(object.after)}`),
    ),
    takenOut: [
      ...Object.entries(TAKEN_OUT).flatMap(([name, why]) => {
        const count = digest.filtered[name] ?? 0;
        return count === 0 ? [] : [`${count} ${why}`];
      }),
      ...Object.entries(digest.excluded ?? {}).map(
        ([name, count]) => `${plural(count, 'object')} that Sherlock calls ${describeSherlockClass(name)}`,
      ),
    ],
    failures,
    accuracyNote:
      accuracy === null
        ? null
        : `Accuracy on labels the model had not seen, 95 % interval; always answering the more frequent class would give ${percent(accuracy.majorityRate)}.`,
    simulated:
      digest.simulated ?? [...digest.surest, ...digest.changed].some(({ objectId }) => isSimulated(objectId)),
  };
};
