import type { Status, StatusRound } from '../../loop/digest/status.ts';
import { numberingWords } from '../../loop/rounds/numbering.ts';
import { classCounts } from './answer-words.ts';
import { elapsed, minuteUtc, percent, plannedPruningWords, plural, signed, textTable } from './format.ts';

/** What a status says: short titled paragraphs, and a table of the last rounds. */
export interface StatusContent {
  readonly round: string;
  readonly labels: string;
  /** Monospaced; null before the first round is closed. */
  readonly table: string | null;
  readonly tableNote: string | null;
  /** Where the round numbers start; null if they start at 1. */
  readonly numbering: string | null;
  readonly alerts: string;
  readonly lastPull: string;
  readonly nextPull: string;
  /** The processes that work on the store; null for a store in a file, on which one works. */
  readonly processes: string | null;
  /** Why the channel gets no messages; null if it does. */
  readonly trouble: string | null;
}

const roundWords = (round: StatusRound | null, at: Date): string => {
  if (round === null) return 'No round is open.';
  if (round.state === 'training') return `Round ${round.number} is answered; its model is training.`;
  const skipped = round.skipped === 0 ? '' : `, ${round.skipped} skipped`;
  return `Round ${round.number}: ${round.labelled} of ${round.labelled + round.open} labelled${skipped}, open for ${elapsed(
    round.openedAt,
    at,
  )}.`;
};

const tableRow = ({ number, report }: StatusRound): string[] => {
  const honest = report?.honest ?? null;
  const change =
    honest === null || report?.previousAccuracy == null
      ? ''
      : signed((honest.accuracy - report.previousAccuracy) * 100, 0);
  return [
    String(number),
    String(report?.labels ?? ''),
    honest === null ? 'no model' : percent(honest.accuracy),
    honest === null ? '' : `${Math.round(honest.low * 100)}–${Math.round(honest.high * 100)}`,
    change,
  ];
};

/** What the table's accuracy means, with the majority rate. */
const accuracyNote = (closed: readonly StatusRound[]): string => {
  const rate = closed.at(-1)?.report?.honest?.majorityRate;
  const note = 'Accuracy on labels the model had not seen';
  return rate === undefined
    ? `${note}.`
    : `${note}; always answering the more frequent class would now give ${percent(rate)}.`;
};

const filteredWords = (filtered: Readonly<Record<string, number>>): string => {
  const all = Object.values(filtered).reduce((sum, count) => sum + count, 0);
  if (all === 0) return '';
  const by = Object.entries(filtered)
    .map(([criterion, count]) => `${criterion} ${count}`)
    .join(', ');
  return `, ${all} filtered out (${by})`;
};

/** `300 read, 251 kept, 49 filtered out (...), 3 unreadable (in quarantine)`. */
export const pullWords = (pull: {
  readonly read: number;
  readonly kept: number;
  readonly known: number;
  readonly quarantined: number;
  readonly filtered: Readonly<Record<string, number>>;
}): string =>
  `${pull.read} read, ${pull.kept} kept${filteredWords(pull.filtered)}${
    pull.known === 0 ? '' : `, ${pull.known} had already`
  }${pull.quarantined === 0 ? '' : `, ${pull.quarantined} unreadable (in quarantine)`}`;

/** ` Sherlock: 12 looked up, 3 waiting; kept out: 2 AGN, 1 VS.`; '' if Sherlock was never asked. */
const sherlockWords = ({ found, waiting, excluded }: Status['sherlock']): string => {
  if (found === 0) return '';
  const out = Object.entries(excluded)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
  return ` Sherlock: ${found} looked up, ${waiting} waiting${out === '' ? '' : `; kept out: ${out}`}.`;
};

const nextPullWords = ({ nextPull, failingPull }: Status): string => {
  const next = nextPull === null ? 'No pull is scheduled.' : `Next pull ${minuteUtc(nextPull)}.`;
  if (failingPull === null) return next;
  const { tries, error } = failingPull;
  return `${next} ${tries === 1 ? 'The last try' : `The last ${tries} tries`} failed: ${error}`;
};

/** Why the channel gets no messages, in words; null if it does. */
export const troubleWords = ({ trouble, waiting, unsure, failed }: Status['messages']): string | null => {
  const lines = [
    ...[...new Map(trouble.map((one) => [`${one.channel} ${one.advice}`, one])).values()].map(
      ({ advice, since }) =>
        `Nothing can be posted since ${minuteUtc(since)}, and ${plural(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'}. ${advice}.`,
    ),
    ...(unsure === 0
      ? []
      : [
          `It is unknown whether ${plural(unsure, 'message')} ${unsure === 1 ? 'is' : 'are'} in the channel: the operators are asked.`,
        ]),
    ...(failed === 0 ? [] : [`${plural(failed, 'message')} cannot be drawn: the log says why.`]),
  ];
  return lines.length === 0 ? null : lines.join('\n');
};

/** Objects that left the pool. */
const leftWords = (left: Status['poolLeft'], at: Date): string =>
  left === null
    ? ''
    : `; ${plural(left.objects, 'object')} left ${elapsed(left.at, at)} ago, not seen for ${plural(left.days, 'day')}`;

/** The processes that work on a store on a server; null for a store in a file. */
export const processWords = ({ services, ingest }: Pick<Status, 'services' | 'ingest'>): string | null => {
  const leader = services.find(({ leads }) => leads);
  const lines = [
    ...(leader === undefined ? [] : [`Led by ${leader.name} since ${minuteUtc(leader.since)}.`]),
    ...services
      .filter(({ leads }) => !leads)
      .map(({ name, since }) => `Waits to take over: ${name}, since ${minuteUtc(since)}.`),
    ...ingest.map(
      ({ pid, host, doing, pulledAt, error }) =>
        `Ingest: process ${pid} on ${host} ${doing === 'pulls' ? 'pulls' : 'waits for its next pull'}${
          pulledAt === null ? '' : `, its last one was at ${minuteUtc(pulledAt)}`
        }${error === null ? '' : `; it failed: ${error}`}.`,
    ),
  ];
  return lines.length === 0 ? null : lines.join('\n');
};

export const statusContent = (status: Status): StatusContent => {
  const at = new Date(status.at);
  const { labels, alerts, lastPull } = status;
  const withClass = labels.positive + labels.negative;
  return {
    round: roundWords(status.current, at),
    labels: `${plural(withClass, 'label')}: ${classCounts(status.modelType, labels)}${
      labels.withoutClass === 0 ? '' : `; ${labels.withoutClass} skipped`
    }.`,
    table:
      status.closed.length === 0
        ? null
        : textTable(['round', 'labels', 'accuracy', '95 %', 'change'], status.closed.map(tableRow)),
    tableNote: status.closed.length === 0 ? null : accuracyNote(status.closed),
    numbering: status.numbering === null ? null : numberingWords(status.numbering),
    alerts: `${plural(alerts.alerts, 'alert')} of ${plural(alerts.objects, 'object')}, ${alerts.pool} still to choose from${leftWords(status.poolLeft, at)}.${sherlockWords(
      status.sherlock,
    )}${status.stamps === null ? '' : ` Stamps: ${plannedPruningWords(status.stamps)}.`}`,
    lastPull:
      lastPull === null
        ? 'No pull yet.'
        : `Last pull ${elapsed(lastPull.startedAt, at)} ago from ${lastPull.source}: ${pullWords(lastPull)}${
            lastPull.error === null ? '' : `; it failed: ${lastPull.error}`
          }.`,
    nextPull: nextPullWords(status),
    processes: processWords(status),
    trouble: troubleWords(status.messages),
  };
};

/** The last lines of a status: alerts, pulls, processes. */
export const statusLines = ({ alerts, lastPull, nextPull, processes }: StatusContent): string[] => [
  alerts,
  lastPull,
  nextPull,
  ...(processes === null ? [] : [processes]),
];
