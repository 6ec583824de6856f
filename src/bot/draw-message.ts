import { parseDigest } from '../loop/digest.ts';
import { parseRoundReport } from '../loop/round-report.ts';
import { isSimulated } from '../pipeline/enrich/object-links.ts';
import { featuresOf, findAlert } from '../store/alerts.ts';
import { answersTo, decidingAnswers } from '../store/answers.ts';
import type { Db } from '../store/open-store.ts';
import { candidatesOf, findCandidate, findRound } from '../store/rounds.ts';
import type { MessageRow } from '../store/schema.ts';
import { cardContent } from './content/card.ts';
import { digestContent } from './content/digest.ts';
import { headerContent } from './content/header.ts';
import { reportContent } from './content/report.ts';
import { cardMessage } from './messages/card-message.ts';
import { digestMessage } from './messages/digest-message.ts';
import { headerMessage } from './messages/header-message.ts';
import type { DrawnMessage, SlackMessage } from './messages/message.ts';
import { reportMessage } from './messages/report-message.ts';

const found = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Error(`the store has no ${what}`);
  return value;
};

const drawCard = async (db: Db, candidateId: number): Promise<DrawnMessage> => {
  const candidate = found(await findCandidate(db, candidateId), `candidate ${candidateId}`);
  const round = found(await findRound(db, candidate.round_id), `round ${candidate.round_id}`);
  const card = cardMessage(
    cardContent({
      candidate,
      roundNumber: round.number,
      alert: found(await findAlert(db, candidate.candid), `alert ${candidate.candid}`),
      features: found(await featuresOf(db, candidate.candid), `features of ${candidate.candid}`),
      answers: await answersTo(db, candidateId),
    }),
  );
  return { ...card, about: { candid: candidate.candid, object: candidate.object_id } };
};

const drawHeader = async (db: Db, roundId: number): Promise<SlackMessage> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const candidates = await candidatesOf(db, roundId);
  const simulated = candidates.some(({ object_id }) => isSimulated(object_id));
  return headerMessage(headerContent(round, candidates, await decidingAnswers(db, roundId), simulated));
};

const drawReport = async (db: Db, roundId: number): Promise<SlackMessage> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  return reportMessage(
    reportContent(round.number, parseRoundReport(found(round.report, `report of round ${round.number}`))),
  );
};

const aboutNothing = async (message: SlackMessage | Promise<SlackMessage>): Promise<DrawnMessage> => ({
  ...(await message),
  about: {},
});

/** Draws a message as the store has it now; Slack's copy is never read back. */
export const drawMessage = (db: Db, row: MessageRow): Promise<DrawnMessage> => {
  switch (row.kind) {
    case 'card':
      return drawCard(db, found(row.candidate_id, `candidate of ${row.key}`));
    case 'header':
      return aboutNothing(drawHeader(db, found(row.round_id, `round of ${row.key}`)));
    case 'report':
      return aboutNothing(drawReport(db, found(row.round_id, `round of ${row.key}`)));
    case 'digest':
      return aboutNothing(
        digestMessage(digestContent(parseDigest(found(row.payload, `payload of ${row.key}`)))),
      );
  }
};
