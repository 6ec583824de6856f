import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { progressOf } from '../../loop/reports/freeze-round.ts';
import { cardKey, reportKey } from '../../loop/round-messages.ts';
import { parseRoundReport } from '../../loop/rounds/round-report.ts';
import { isSimulated } from '../../pipeline/enrich/object-links.ts';
import { candidatesOf, findRound } from '../../store/rounds/rounds.ts';
import {
  type HeaderContent,
  headerContent,
  type ReminderContent,
  reminderContent,
} from '../content/header-content.ts';
import { found, linkToMessage, type ReadOptions } from './read-card.ts';

/** Reads the header message of a round from the store. */
export const readHeader = async (options: ReadOptions, roundId: number): Promise<HeaderContent> => {
  const { db, quorum } = options;
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const report = round.report === null ? null : parseRoundReport(round.report);
  const votes = await readRoundVotes(db, roundId);
  const simulated = votes.candidates.some(({ object_id }) => isSimulated(object_id));
  return headerContent({
    round,
    progress: report?.frozen?.progress ?? progressOf(votes, round.model_type),
    quorum: report?.frozen?.quorum ?? quorum,
    report,
    reportLink: report === null ? null : await linkToMessage(options, reportKey(roundId)),
    simulated,
  });
};

/** Reads a reminder of a round, for the time at which it was requested. */
export const readReminder = async (
  { db, linkTo }: ReadOptions,
  roundId: number,
  at: Date,
): Promise<ReminderContent> => {
  const round = found(await findRound(db, roundId), `round ${roundId}`);
  const candidates = await candidatesOf(db, roundId);
  const waiting = candidates.find(({ state }) => state === 'open');
  const first = waiting === undefined ? null : await linkToMessage({ db, linkTo }, cardKey(waiting.id));
  return reminderContent({ round, candidates, first, at });
};
