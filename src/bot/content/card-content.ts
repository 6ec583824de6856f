import type { Hints } from '../../loop/answers/hints.ts';
import { dissentFrom, readAnswers } from '../../loop/answers/read-answers.ts';
import type { CandidateReasons } from '../../loop/rounds/explain-round.ts';
import type { Alert } from '../../pipeline/alert.ts';
import { isSimulated, objectLinks } from '../../pipeline/enrich/object-links.ts';
import { decToDms, raToHms } from '../../pipeline/enrich/sky-position.ts';
import { featureWords } from '../../pipeline/features/feature-table.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerRow } from '../../store/answers/answers.ts';
import type { CorrectionRow } from '../../store/answers/corrections.ts';
import type { AnswerValue, CandidateRow, LabelRow, RoundRow } from '../../store/schema.ts';
import { answerWords, labelWords, probabilityOf } from './answer-words.ts';
import { type AboutAlert, type Fact, factsOf } from './card-facts.ts';
import { dayOf, decimal, minuteUtc, percent, plural, signed } from './format.ts';
import { remarkLines } from './review/remark-content.ts';

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** What a candidate's card says, in no chat's markup. */
export interface CardContent {
  /** The question that people answer. */
  readonly modelType: ModelType;
  readonly candidateId: number;
  readonly objectId: string;
  /** The object's web page; null for a simulated object. */
  readonly page: string | null;
  readonly links: readonly Link[];
  readonly simulated: boolean;
  readonly place: string;
  /** The model's probability in words; null while it is hidden from labellers. */
  readonly probability: string | null;
  readonly why: string;
  /** Features that moved the probability most; null if unknown. */
  readonly pushed: string | null;
  /** Facts that help to decide, most telling first. */
  readonly facts: readonly Fact[];
  /** Position on the sky. */
  readonly position: string;
  /** Who has answered an open candidate, if several people are asked; their answers stay hidden. */
  readonly waiting: string | null;
  /** Null while the candidate is open. */
  readonly decision: CardDecision | null;
  /** Why it was withdrawn; null if it was not. */
  readonly withdrawn: string | null;
}

export interface CardDecision {
  readonly answer: AnswerValue;
  readonly words: string;
  /** Dissent, corrections, comments. */
  readonly notes: readonly string[];
  /** Whether the card has an Undo button: until the round closes, when the card shrinks. */
  readonly undoable: boolean;
}

export interface CardInput extends AboutAlert {
  /** Its p is P(class 1) as people are told it; null if a model of another question chose it. */
  readonly candidate: CandidateRow;
  readonly round: Pick<RoundRow, 'number' | 'state' | 'model_type'>;
  /** All answer events of the candidate, oldest first. */
  readonly answers: readonly AnswerRow[];
  /** The object's label, if it came from this candidate. */
  readonly label: LabelRow | null;
  readonly corrections: readonly CorrectionRow[];
  /** Features that moved the probability most, strongest first; null if unknown. */
  readonly reasons: CandidateReasons | null;
  /** People asked about each candidate. */
  readonly quorum: number;
  /** When people see the model's probability. */
  readonly hints: Hints;
}

/** A probability is called unsure up to this distance from one half. */
const UNSURE_WITHIN = 0.25;

const whyChosen = (candidate: CandidateRow, roundNumber: number): string => {
  if (candidate.drawn === 'random')
    return roundNumber === 1 ? 'first batch, drawn at random' : 'audit: drawn at random to measure accuracy';
  const { p } = candidate;
  // Weighted draws include some easy candidates, from which the accuracy of all others is estimated.
  if (candidate.drawn === 'weighted' && p !== null && Math.abs(p - 0.5) > UNSURE_WITHIN)
    return 'drawn by chance, to measure accuracy';
  return 'the model is unsure';
};

/** `↑ slope g (+9 points), ↓ host separation (−4)`. */
const pushedBy = (reasons: CandidateReasons | null): string | null => {
  const telling = (reasons ?? []).filter(({ push }) => Math.abs(push) >= LEAST_PUSH);
  if (telling.length === 0) return null;
  return telling
    .map(({ feature, value, push }) => {
      const missing = value === null ? ' (missing)' : '';
      return `${featureWords(feature)}${missing} ${signed(push * 100, 0)}`;
    })
    .join(', ');
};

/** `01h38m25.16s +75°33′00.4″`. No colons: chats turn text between two colons into emoji. */
const coordinates = ({ ra, dec }: Alert): string => {
  const [h, m, s] = raToHms(ra).split(':');
  const [deg = '', min, sec] = decToDms(dec).split(':');
  return `${h}h${m}m${s}s ${deg.replace('-', '−')}°${min}′${sec}″`;
};

/** Features that moved the probability by less are left out. */
const LEAST_PUSH = 0.01;

const decisionOf = ({
  candidate,
  round,
  answers,
  label,
  corrections,
  quorum,
}: CardInput): CardDecision | null => {
  if (candidate.state === 'open' || label === null) return null;
  const history = readAnswers(answers);
  const words = (answer: AnswerValue): string => answerWords(round.model_type, answer);
  const dissent = dissentFrom(history, label.answer, round.model_type);
  const named = (one: AnswerRow): string => `${one.user_name}: ${words(one.answer)}`;
  const last = corrections.at(-1);
  const seconds = history.late.filter(
    (one) => !history.disagreements.some(({ user_id }) => user_id === one.user_id),
  );
  const notes = [
    quorum > 1 && history.votes.length > 1
      ? `${plural(history.votes.length, 'answer')}: ${history.votes.map(named).join(', ')}`
      : null,
    dissent.length > 0 ? `Disputed by ${dissent.map(named).join(', ')}` : null,
    seconds.length > 0 ? `Also answered: ${seconds.map(named).join(', ')}` : null,
    last === undefined
      ? null
      : `Corrected: it was ${words(last.before)} (${last.before_name})${
          last.note === null ? '' : ` – ${last.note}`
        }`,
    ...remarkLines(history),
  ].filter((note) => note !== null);
  return {
    answer: label.answer,
    words: `${labelWords(round.model_type, label)}, ${(round.state === 'open' ? minuteUtc : dayOf)(last?.at ?? label.at)}`,
    notes,
    undoable: round.state === 'open',
  };
};

/** Decimal degrees, then sexagesimal. */
export const positionText = (alert: Alert): string =>
  `${decimal(alert.ra, 5)} ${signed(alert.dec, 5)} · ${coordinates(alert)}`;

/** Web pages about an object; none for a simulated one. */
export const pagesOf = (alert: Alert): Link[] => {
  const links = objectLinks(alert);
  return [
    { name: 'Lasair', url: links.lasair },
    { name: 'Fink', url: links.fink },
    { name: 'SIMBAD', url: links.simbad },
    { name: 'TNS', url: links.tns },
  ].flatMap(({ name, url }) => (url === null ? [] : [{ name, url }]));
};

const withdrawnWords = ({ state }: CardInput['round']): string =>
  state === 'open'
    ? 'Withdrawn: the skip that it replaced was undone'
    : 'Withdrawn: the round was closed before it was answered';

/** For candidates chosen before the first model. */
export const NO_MODEL_YET = 'No model yet';

const probabilityText = (type: ModelType, p: number | null): string =>
  p === null ? NO_MODEL_YET : `${probabilityOf(type)} ${percent(p)}`;

/** Builds a card's content. */
export const cardContent = (input: CardInput): CardContent => {
  const { candidate, round, alert, answers, quorum } = input;
  const links = objectLinks(alert);
  const { votes } = readAnswers(answers);
  const hidden = input.hints === 'after' && candidate.state === 'open' && candidate.p !== null;
  return {
    modelType: round.model_type,
    candidateId: candidate.id,
    objectId: alert.objectId,
    page: links.lasair,
    links: pagesOf(alert),
    simulated: isSimulated(alert.objectId),
    place: `Round ${round.number}, no. ${candidate.draw_order}`,
    probability: hidden ? null : probabilityText(round.model_type, candidate.p),
    why: whyChosen(candidate, round.number),
    pushed: hidden ? null : pushedBy(input.reasons),
    facts: factsOf(input),
    position: positionText(alert),
    waiting:
      candidate.state === 'open' && votes.length > 0
        ? `${votes.length} of ${quorum} answers: ${votes.map(({ user_name }) => user_name).join(', ')}`
        : null,
    decision: decisionOf(input),
    withdrawn: candidate.state === 'withdrawn' ? withdrawnWords(round) : null,
  };
};
