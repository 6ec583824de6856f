import { type PersonStats, readPeopleStats } from '../../loop/answers/people-stats.ts';
import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { isPaused } from '../../loop/rounds/open-round.ts';
import type { PictureClient } from '../../pictures/picture-client.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { readTrouble } from '../../store/chat/channel-trouble.ts';
import { cardMessagesOf, countMessages } from '../../store/chat/messages.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { holdsSimulatedAlerts } from '../../store/intake/alerts.ts';
import type { Db } from '../../store/open-store.ts';
import { roundUnderWay } from '../../store/rounds/rounds.ts';
import { type Access, AccessUnknown } from '../access.ts';
import { homeContent } from '../content/home-content.ts';
import type { HomePage, SettingInForce } from '../content/said.ts';
import { chartPicture } from '../message-pictures.ts';
import type { Chat } from '../port.ts';
import type { Uploads } from '../uploads.ts';
import { accuracyPointsUpTo } from './read-report.ts';

export interface ReadHomeOptions {
  readonly db: Db;
  readonly modelType: ModelType;
  readonly pictures: PictureClient | null;
  readonly uploads: Uploads;
  readonly clock: () => Date;
  readonly guidelines: string;
  readonly settings: readonly SettingInForce[];
  readonly linkTo: Chat['linkTo'];
  readonly access: Pick<Access, 'mayLabel'>;
}

/** A page does not wait for its picture: that comes with the next drawing. */
const PICTURE_WAIT_MS = 0;

/** The addresses of a round's cards, by candidate id. */
const linksToCards = async (
  { db, linkTo }: Pick<ReadHomeOptions, 'db' | 'linkTo'>,
  roundId: number,
): Promise<Map<number, string>> => {
  const links = new Map<number, string>();
  for (const [candidate, { channel, ts }] of await cardMessagesOf(db, roundId)) {
    const link = channel === null || ts === null ? null : await linkTo({ channel, id: ts });
    if (link !== null) links.set(candidate, link);
  }
  return links;
};

/** Everybody's counts for those who may label; others see their own alone, and no names. */
const peopleShownTo = async (
  { db, modelType, access }: ReadHomeOptions,
  userId: string,
): Promise<PersonStats[]> => {
  const people = await readPeopleStats(db, modelType);
  return (await isLabeller(access, userId)) ? people : people.filter((one) => one.userId === userId);
};

const isLabeller = async (access: Pick<Access, 'mayLabel'>, userId: string): Promise<boolean> => {
  try {
    return await access.mayLabel(userId);
  } catch (error) {
    if (error instanceof AccessUnknown) return false;
    throw error;
  }
};

/**
 * One person's Home page, from the store.
 * @param onLate called when the accuracy picture has come after all
 */
export const readHome = async (
  options: ReadHomeOptions,
  userId: string,
  onLate: () => void,
): Promise<HomePage> => {
  const { db, modelType, pictures, uploads, clock, guidelines, settings } = options;
  const round = (await roundUnderWay(db)) ?? null;
  const votes = round === null ? null : await readRoundVotes(db, round.id);
  const points = await accuracyPointsUpTo(db, modelType);
  const home = homeContent({
    userId,
    round,
    candidates: votes?.candidates ?? [],
    histories: votes?.histories ?? new Map(),
    links: round === null ? new Map() : await linksToCards(options, round.id),
    people: await peopleShownTo(options, userId),
    modelType,
    points,
    paused: await isPaused(db),
    simulated: await holdsSimulatedAlerts(db),
    messages: { ...(await countMessages(db)), trouble: await readTrouble(db) },
    now: clock(),
  });
  let picture: string | null = null;
  if (points.length > 1 && pictures !== null) {
    const wanted = chartPicture(db, pictures, points.at(-1)?.roundId ?? 0);
    await uploads.want(wanted, PICTURE_WAIT_MS, onLate);
    picture = await fileIdOf(db, wanted.key);
  }
  return { home, picture, guidelines, settings };
};
