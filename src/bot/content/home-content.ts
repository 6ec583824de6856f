import type { PersonStats } from '../../loop/answers/people-stats.ts';
import { waitingFor } from '../../loop/answers/personal-round.ts';
import type { AnswerHistory } from '../../loop/answers/read-answers.ts';
import type { Status } from '../../loop/digest/status.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { CandidateRow, RoundRow } from '../../store/schema.ts';
import { elapsed, percent, plural } from './format.ts';
import { personLines } from './person-words.ts';
import type { CurvePoint } from './report/report-content.ts';
import { troubleWords } from './status-content.ts';

export interface WaitingCandidate {
  readonly objectId: string;
  readonly page: string | null;
}

/** What one person's Home tab says. */
export interface HomeContent {
  readonly title: string;
  /** The open round in words, or that there is none. */
  readonly round: string;
  readonly done: { readonly labelled: number; readonly total: number } | null;
  readonly waiting: readonly WaitingCandidate[];
  readonly mine: readonly string[];
  /** Answers by person, most first. */
  readonly team: readonly { readonly name: string; readonly text: string }[];
  /** The accuracy in words; null without one. */
  readonly accuracy: string | null;
  /** Its interval, labels and majority rate. */
  readonly accuracyNote: string;
  /** Accuracies of the last rounds; null before the second one. */
  readonly trend: string | null;
  readonly points: readonly CurvePoint[];
  readonly paused: boolean;
  readonly simulated: boolean;
  /** Why the channel gets no messages; null if it does. */
  readonly trouble: string | null;
}

export interface HomeInput {
  readonly userId: string;
  readonly round: RoundRow | null;
  readonly candidates: readonly CandidateRow[];
  /** By candidate id. */
  readonly histories: ReadonlyMap<number, AnswerHistory>;
  /** Known links to cards, by candidate id. */
  readonly links: ReadonlyMap<number, string>;
  readonly people: readonly PersonStats[];
  /** The model type that the counts refer to. */
  readonly modelType: ModelType;
  readonly points: readonly CurvePoint[];
  readonly paused: boolean;
  readonly simulated: boolean;
  readonly messages: Status['messages'];
  readonly now: Date;
}

const roundText = ({ round, now }: HomeInput, open: number, waiting: number): string => {
  if (round === null) return 'The next round is announced in the channel.';
  if (round.state === 'training') return 'All answered: the model is training …';
  const mine =
    waiting === 0
      ? 'nothing waits for you'
      : waiting === open
        ? `${plural(waiting, 'candidate')} waiting for an answer`
        : `${waiting} of ${plural(open, 'open candidate')} waiting for you`;
  return `Open for ${elapsed(round.opened_at, now)}; ${mine}.`;
};

const accuracyNote = (points: readonly CurvePoint[]): string => {
  const last = points.at(-1);
  if (last === undefined) return 'No model has been trained yet.';
  const majority = last.majorityRate === null ? '' : `; majority rate ${percent(last.majorityRate)}`;
  return `with ${plural(last.labels, 'label')}; 95 % interval ${percent(last.low)} to ${percent(last.high)}${majority}`;
};

/** Rounds in the trend line; older ones are in the curve. */
const ROUNDS_IN_TREND = 8;

/** `The last rounds: 61 → 70 → 82 → 87 %`. */
const trendWords = (points: readonly CurvePoint[]): string | null =>
  points.length < 2
    ? null
    : `The last rounds: ${points
        .slice(-ROUNDS_IN_TREND)
        .map(({ accuracy }) => Math.round(accuracy * 100))
        .join(' → ')} %`;

export const homeContent = (input: HomeInput): HomeContent => {
  const { userId, round, candidates, histories, links, people, points, paused, simulated } = input;
  const open = candidates.filter(({ state }) => state === 'open');
  const waiting = waitingFor(userId, candidates, histories);
  const labelled = candidates.filter(({ state }) => state === 'labelled').length;
  const me = people.find((person) => person.userId === userId);
  return {
    title: round === null ? 'No round is open' : `Round ${round.number}`,
    round: roundText(input, open.length, waiting.length),
    done: round === null ? null : { labelled, total: labelled + open.length },
    waiting: waiting.map(({ id, object_id }) => ({
      objectId: object_id,
      page: links.get(id) ?? null,
    })),
    mine: me === undefined ? ['You have not labelled anything yet.'] : personLines(me, input.modelType),
    team: people.map(({ name, positive, negative, shared, agreed }) => ({
      name,
      text: `${plural(positive + negative, 'label')}${
        shared === 0 ? '' : `, agrees with others in ${agreed} of ${shared}`
      }`,
    })),
    accuracy: points.length === 0 ? null : `Accuracy ${percent(points.at(-1)?.accuracy ?? null)}`,
    accuracyNote: accuracyNote(points),
    trend: trendWords(points),
    points,
    paused,
    simulated,
    trouble: troubleWords(input.messages),
  };
};
