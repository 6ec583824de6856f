import type { Hints } from '../../loop/answers/hints.ts';
import { readAnswers } from '../../loop/answers/read-answers.ts';
import { parseReasons } from '../../loop/rounds/explain-round.ts';
import { toldProbability } from '../../loop/rounds/read-model.ts';
import { answersTo } from '../../store/answers/answers.ts';
import { correctionsOf } from '../../store/answers/corrections.ts';
import { findLabel } from '../../store/answers/labels.ts';
import { findMessage, postedThreadOf } from '../../store/chat/messages.ts';
import { findAlert } from '../../store/intake/alerts.ts';
import { ebvMapOf, featuresOf } from '../../store/intake/features.ts';
import { historyOf } from '../../store/intake/histories.ts';
import type { Db } from '../../store/open-store.ts';
import { reasonsOf } from '../../store/rounds/reasons.ts';
import { findCandidate, findRound } from '../../store/rounds/rounds.ts';
import { type CardContent, cardContent } from '../content/card-content.ts';
import type { HintsSeen } from '../content/note-content.ts';
import type { Chat } from '../port.ts';
import { readSherlock } from './read-object.ts';

/** What all readings need besides the row. */
export interface ReadOptions {
  readonly db: Db;
  /** People asked about each candidate. */
  readonly quorum: number;
  /** When people see the model's probability. */
  readonly hints: Hints;
  /** The link to a message. */
  readonly linkTo: Chat['linkTo'];
}

/** A value that the store must have. @throws Error if it is missing */
export const found = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Error(`the store has no ${what}`);
  return value;
};

/** The link to a message in the channel; null while it is not posted. */
export const linkToMessage = async (
  { db, linkTo }: Pick<ReadOptions, 'db' | 'linkTo'>,
  key: string,
): Promise<string | null> => {
  const row = await findMessage(db, key);
  if (row?.state !== 'posted' || row.channel === null || row.ts === null) return null;
  return linkTo({ channel: row.channel, id: row.ts }, await postedThreadOf(db, row));
};

/** Reads a candidate's card from the store. */
export const readCard = async (
  { db, quorum, hints }: ReadOptions,
  candidateId: number,
): Promise<CardContent> => {
  const candidate = found(await findCandidate(db, candidateId), `candidate ${candidateId}`);
  const { candid, object_id: objectId } = candidate;
  const label = await findLabel(db, objectId);
  const reasons = await reasonsOf(db, candidateId);
  const round = found(await findRound(db, candidate.round_id), `round ${candidate.round_id}`);
  const p = (await toldProbability(db, round))(candidate);
  return cardContent({
    candidate: { ...candidate, p },
    round,
    alert: found(await findAlert(db, candid), `alert ${candid}`),
    features: found(await featuresOf(db, candid), `features of ${candid}`),
    ebvMap: await ebvMapOf(db, candid),
    answers: await answersTo(db, candidateId),
    label: label?.candidate_id === candidateId ? label : null,
    corrections: await correctionsOf(db, objectId),
    sherlock: await readSherlock(db, objectId),
    archived: await historyOf(db, objectId),
    reasons: reasons === null || p === null ? null : parseReasons(reasons),
    quorum,
    hints,
  });
};

/** What a person who has answered may see of the candidate before the others have. */
export const readHints = async (
  options: ReadOptions,
  candidateId: number,
  userId: string,
): Promise<HintsSeen> => {
  const { objectId, probability, pushed } = await readCard({ ...options, hints: 'before' }, candidateId);
  const scored = found(await findCandidate(options.db, candidateId), `candidate ${candidateId}`).p !== null;
  const { votes } = readAnswers(await answersTo(options.db, candidateId));
  const others = votes.filter(({ user_id }) => user_id !== userId);
  return {
    objectId,
    probability: scored ? probability : null,
    pushed,
    others: others.map(({ user_name, answer }) => ({ name: user_name, answer })),
  };
};
