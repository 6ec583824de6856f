import type { HomeView } from '@slack/types';
import { readPeopleStats } from '../../loop/answers/people-stats.ts';
import { readRoundVotes } from '../../loop/answers/round-votes.ts';
import { isPaused } from '../../loop/rounds/open-round.ts';
import type { PictureClient } from '../../pictures/picture-client.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { cardMessagesOf } from '../../store/chat/messages.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { holdsSimulatedAlerts } from '../../store/intake/alerts.ts';
import type { Db } from '../../store/open-store.ts';
import { roundUnderWay } from '../../store/rounds/rounds.ts';
import { homeContent } from '../content/home-content.ts';
import { chartPicture } from '../message-pictures.ts';
import { accuracyPointsUpTo } from '../readings/accuracy-points.ts';
import { type HomeParts, homeView } from './messages/home-view.ts';
import type { Uploads } from './uploads.ts';

export interface DrawHomeOptions extends Omit<HomeParts, 'fileId'> {
  readonly db: Db;
  readonly modelType: ModelType;
  readonly pictures: PictureClient | null;
  readonly uploads: Uploads;
  readonly clock: () => Date;
}

/** One person's Home tab, and what it is to show that is not there yet. */
export interface DrawnHome {
  readonly view: HomeView;
  /** The same without its picture, should the chat refuse that; null where there is none. */
  readonly plain: HomeView | null;
}

/** A tab does not wait for its picture: that comes with the next drawing. */
const PICTURE_WAIT_MS = 0;

/**
 * Draws one person's Home tab from the store.
 * @param workspace the workspace's address, for links to cards; null where it is not known
 * @param onLate called when the accuracy picture has come after all
 */
export const drawHome = async (
  { db, modelType, pictures, uploads, clock, ...parts }: DrawHomeOptions,
  userId: string,
  workspace: string | null,
  onLate: () => void,
): Promise<DrawnHome> => {
  const round = (await roundUnderWay(db)) ?? null;
  const voices = round === null ? null : await readRoundVotes(db, round.id);
  const points = await accuracyPointsUpTo(db, modelType);
  const home = homeContent({
    userId,
    round,
    candidates: voices?.candidates ?? [],
    histories: voices?.histories ?? new Map(),
    cards: round === null ? new Map() : await cardMessagesOf(db, round.id),
    workspace,
    people: await readPeopleStats(db, modelType),
    modelType,
    points,
    paused: await isPaused(db),
    simulated: await holdsSimulatedAlerts(db),
    now: clock(),
  });
  let fileId: string | null = null;
  if (points.length > 1 && pictures !== null) {
    const picture = chartPicture(db, pictures, points.at(-1)?.roundId ?? 0);
    await uploads.want(picture, PICTURE_WAIT_MS, onLate);
    fileId = await fileIdOf(db, picture.key);
  }
  const draw = (file: string | null): HomeView => homeView(home, { ...parts, fileId: file });
  return { view: draw(fileId), plain: fileId === null ? null : draw(null) };
};
