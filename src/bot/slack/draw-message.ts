import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { parseDigest } from '../../loop/digest/digest.ts';
import { parseReasons } from '../../loop/rounds/explain-round.ts';
import { readableProbability } from '../../loop/rounds/read-model.ts';
import { parseRoundReport } from '../../loop/rounds/round-report.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { answersTo } from '../../store/answers/answers.ts';
import { correctionsOf } from '../../store/answers/corrections.ts';
import { findLabel } from '../../store/answers/labels.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { findAlert } from '../../store/intake/alerts.ts';
import { featuresOf } from '../../store/intake/features.ts';
import type { Db } from '../../store/open-store.ts';
import { championModel, modelTypeOf } from '../../store/rounds/models.ts';
import { reasonsOf } from '../../store/rounds/reasons.ts';
import { candidatesOf, findCandidate, findRound } from '../../store/rounds/rounds.ts';
import type { MessageRow } from '../../store/schema.ts';
import { type CardContent, cardContent } from '../content/card-content.ts';
import { digestContent } from '../content/digest-content.ts';
import { headerContent } from '../content/header-content.ts';
import { promotionContent } from '../content/promotion-content.ts';
import { reminderContent } from '../content/reminder-content.ts';
import { reportContent } from '../content/report-content.ts';
import { cardPictureKey, chartPictureKey } from '../message-pictures.ts';
import { accuracyPointsUpTo } from '../readings/accuracy-points.ts';
import { readSherlock } from '../readings/read-object.ts';
import { cardMessage } from './messages/card-message.ts';
import { digestDetailsMessage, digestMessage } from './messages/digest-message.ts';
import { headerMessage, reminderMessage } from './messages/header-message.ts';
import type { DrawnMessage, SlackMessage } from './messages/message.ts';
import { promotionMessage } from './messages/promotion-message.ts';
import { reportMessage } from './messages/report-message.ts';

export interface DrawOptions {
  readonly db: Db;
  /** People asked about each candidate. */
  readonly needed: number;
}

const found = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Error(`the store has no ${what}`);
  return value;
};

/** All that a candidate's card says, from the store. */
export const readCard = async ({ db, needed }: DrawOptions, candidateId: number): Promise<CardContent> => {
  const candidate = found(await findCandidate(db, candidateId), `candidate ${candidateId}`);
  const { candid, object_id: objectId } = candidate;
  const label = await findLabel(db, objectId);
  const reasons = await reasonsOf(db, candidateId);
  const round = found(await findRound(db, candidate.round_id), `round ${candidate.round_id}`);
  const readable = await readableProbability(db, round.model_id);
  // A model of another question may have chosen it, before the type in use was changed.
  const chosenBy = round.model_id === null ? null : await modelTypeOf(db, round.model_id);
  const p = chosenBy === round.model_type ? candidate.p : null;
  return cardContent({
    candidate: { ...candidate, p: p === null ? null : readable(p) },
    round,
    alert: found(await findAlert(db, candid), `alert ${candid}`),
    features: found(await featuresOf(db, candid), `features of ${candid}`),
    answers: await answersTo(db, candidateId),
    label: label?.candidate_id === candidateId ? label : null,
    corrections: await correctionsOf(db, objectId),
    sherlock: await readSherlock(db, objectId),
    reasons: reasons === null || p === null ? null : parseReasons(reasons),
    needed,
  });
};

const drawCard = async (options: DrawOptions, row: MessageRow): Promise<DrawnMessage> => {
  const candidateId = found(row.candidate_id, `candidate of ${row.key}`);
  const candidate = found(await findCandidate(options.db, candidateId), `candidate ${candidateId}`);
  const file = row.plainness < 2 ? await fileIdOf(options.db, cardPictureKey(candidate.candid)) : null;
  const card = cardMessage(await readCard(options, candidateId), file);
  return { ...card, about: { candid: candidate.candid, object: candidate.object_id } };
};

const drawHeader = async ({ db, needed }: DrawOptions, roundId: number): Promise<SlackMessage> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const { candidates, histories, labels } = await readRoundVotes(db, roundId);
  const simulated = candidates.some(({ object_id }) => isSimulated(object_id));
  return headerMessage(headerContent({ round, candidates, histories, labels, needed, simulated }));
};

const drawReport = async ({ db, needed }: DrawOptions, row: MessageRow): Promise<SlackMessage> => {
  const roundId = found(row.round_id, `round of ${row.key}`);
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const content = reportContent({
    roundNumber: round.number,
    modelType: round.model_type,
    report: parseRoundReport(found(round.report, `report of round ${round.number}`)),
    voices: await readRoundVotes(db, roundId),
    points: await accuracyPointsUpTo(db, round.model_type, roundId),
    needed,
  });
  const file = row.plainness === 1 ? await fileIdOf(db, chartPictureKey(roundId)) : null;
  return reportMessage(content, row.plainness === 0 ? 'chart' : file);
};

const drawDigest = async ({ db }: DrawOptions, row: MessageRow): Promise<SlackMessage> => {
  const digest = parseDigest(found(row.payload, `payload of ${row.key}`));
  if (row.kind === 'digest_details') return digestDetailsMessage(digestContent(digest));
  const [surest] = digest.surest;
  const file =
    surest === undefined || row.plainness >= 2 ? null : await fileIdOf(db, cardPictureKey(surest.candid));
  return digestMessage(digestContent(digest), file);
};

const drawReminder = async ({ db }: DrawOptions, row: MessageRow): Promise<SlackMessage> => {
  const roundId = found(row.round_id, `round of ${row.key}`);
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const candidates = await candidatesOf(db, roundId);
  return reminderMessage(reminderContent({ round, candidates, at: new Date(row.created_at) }));
};

const drawPromotion = async ({ db }: DrawOptions, roundId: number): Promise<SlackMessage> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const report = parseRoundReport(found(round.report, `report of round ${round.number}`));
  const champion = await championModel(db, round.model_type);
  return promotionMessage(
    promotionContent({
      round: round.number,
      report,
      champion:
        champion?.report == null
          ? null
          : { round: champion.round, report: parseRoundReport(champion.report) },
    }),
  );
};

const aboutNothing = async (message: Promise<SlackMessage>): Promise<DrawnMessage> => ({
  ...(await message),
  about: {},
});

/** Draws a message as the store has it now; Slack's copy is never read back. */
export const drawMessage = (options: DrawOptions, row: MessageRow): Promise<DrawnMessage> => {
  switch (row.kind) {
    case 'card':
      return drawCard(options, row);
    case 'header':
      return aboutNothing(drawHeader(options, found(row.round_id, `round of ${row.key}`)));
    case 'report':
      return aboutNothing(drawReport(options, row));
    case 'digest':
    case 'digest_details':
      return aboutNothing(drawDigest(options, row));
    case 'promotion':
      return aboutNothing(drawPromotion(options, found(row.round_id, `round of ${row.key}`)));
    case 'reminder':
      return aboutNothing(drawReminder(options, row));
  }
};
