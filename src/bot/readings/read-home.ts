import { type PersonStats, readPeopleStats } from '../../loop/answers/people-stats.ts';
import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { reportKey } from '../../loop/round-messages.ts';
import { isPaused } from '../../loop/rounds/open-round.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { readTrouble } from '../../store/chat/channel-trouble.ts';
import { cardMessagesOf, countMessages, postedThreadOf } from '../../store/chat/messages.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { holdsSimulatedAlerts } from '../../store/intake/alerts.ts';
import type { Db } from '../../store/open-store.ts';
import { roundUnderWay } from '../../store/rounds/rounds.ts';
import { type Access, AccessUnknown, type Actor } from '../access.ts';
import { homeContent } from '../content/home-content.ts';
import type { HomePage, SettingInForce } from '../content/said.ts';
import { chartPictureKey } from '../message-pictures.ts';
import type { Chat } from '../port.ts';
import { linkToMessage } from './read-card.ts';
import { accuracyPointsUpTo } from './read-report.ts';

export interface ReadHomeOptions {
  readonly db: Db;
  readonly modelType: ModelType;
  readonly clock: () => Date;
  readonly guidelines: string;
  readonly settings: readonly SettingInForce[];
  readonly chat: Pick<Chat, 'linkTo' | 'shows' | 'access'>;
}

/** Links to a round's cards, by candidate id. */
const linksToCards = async (
  { db, chat }: Pick<ReadHomeOptions, 'db' | 'chat'>,
  roundId: number,
): Promise<Map<number, string>> => {
  const links = new Map<number, string>();
  for (const [candidate, row] of await cardMessagesOf(db, roundId)) {
    const { channel, ts } = row;
    const link =
      channel === null || ts === null
        ? null
        : await chat.linkTo({ channel, id: ts }, await postedThreadOf(db, row));
    if (link !== null) links.set(candidate, link);
  }
  return links;
};

/** Everybody's counts for those who may label; others get only their own, without names. */
const peopleShownTo = async (
  { db, modelType, chat }: ReadHomeOptions,
  actor: Actor,
): Promise<PersonStats[]> => {
  const people = await readPeopleStats(db, modelType);
  return (await isLabeller(chat.access, actor)) ? people : people.filter((one) => one.userId === actor.id);
};

const isLabeller = async (access: Pick<Access, 'mayLabel'>, actor: Actor): Promise<boolean> => {
  try {
    return await access.mayLabel(actor);
  } catch (error) {
    if (error instanceof AccessUnknown) return false;
    throw error;
  }
};

/** The report with the last accuracy, and its curve if the chat shows pictures on Home. */
const lastReport = async (
  { db, chat }: Pick<ReadHomeOptions, 'db' | 'chat'>,
  roundId: number | undefined,
): Promise<Pick<HomePage, 'picture' | 'report'>> => {
  if (roundId === undefined) return { picture: null, report: null };
  const file = await fileIdOf(db, chartPictureKey(roundId));
  return {
    picture: file !== null && (await chat.shows(file)) ? file : null,
    report: await linkToMessage({ db, linkTo: chat.linkTo }, reportKey(roundId)),
  };
};

/** Reads one person's Home page from the store. */
export const readHome = async (options: ReadHomeOptions, actor: Actor): Promise<HomePage> => {
  const { db, modelType, clock, guidelines, settings } = options;
  const round = (await roundUnderWay(db)) ?? null;
  const votes = round === null ? null : await readRoundVotes(db, round.id);
  const points = await accuracyPointsUpTo(db, modelType);
  const home = homeContent({
    userId: actor.id,
    round,
    candidates: votes?.candidates ?? [],
    histories: votes?.histories ?? new Map(),
    links: round === null ? new Map() : await linksToCards(options, round.id),
    people: await peopleShownTo(options, actor),
    modelType,
    points,
    paused: await isPaused(db),
    simulated: await holdsSimulatedAlerts(db),
    messages: { ...(await countMessages(db)), trouble: await readTrouble(db) },
    now: clock(),
  });
  return { home, ...(await lastReport(options, points.at(-1)?.roundId)), guidelines, settings };
};
