import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../../errors.ts';
import { isPaused } from '../../../loop/pause.ts';
import { readPeopleStats } from '../../../loop/people-stats.ts';
import { readRoundVoices } from '../../../loop/round-voices.ts';
import { cardMessagesOf } from '../../../store/messages.ts';
import { roundUnderWay } from '../../../store/rounds.ts';
import { fileIdOf } from '../../../store/uploads.ts';
import { accuracyPointsUpTo } from '../../accuracy-points.ts';
import { homeContent } from '../../content/home.ts';
import { chartPicture } from '../../message-pictures.ts';
import { homeView } from '../../messages/home-view.ts';
import type { ListenerContext } from '../context.ts';

const PICTURE_WAIT_MS = 4000;

/** The address of the workspace, for links to cards; null where Slack does not say. */
const workspaceOf = async (client: WebClient): Promise<string | null> =>
  (await client.auth.test()).url ?? null;

/** The picture of the accuracy curve, if there is one. */
const curveFile = async ({ db, pictures, uploads }: ListenerContext): Promise<string | null> => {
  const points = await accuracyPointsUpTo(db);
  if (points.length < 2 || pictures === null) return null;
  const picture = chartPicture(db, pictures, points.at(-1)?.roundId ?? 0);
  await uploads.want(picture, PICTURE_WAIT_MS, () => undefined);
  return fileIdOf(db, picture.key);
};

/** Draws one person's Home tab from the store. */
export const publishHome = async (
  client: WebClient,
  userId: string,
  context: ListenerContext,
): Promise<void> => {
  const { db, clock, guidelines, settings, access } = context;
  const round = (await roundUnderWay(db)) ?? null;
  const voices = round === null ? null : await readRoundVoices(db, round.id);
  const home = homeContent({
    userId,
    round,
    candidates: voices?.candidates ?? [],
    histories: voices?.histories ?? new Map(),
    cards: round === null ? new Map() : await cardMessagesOf(db, round.id),
    workspace: await workspaceOf(client),
    people: await readPeopleStats(db),
    points: await accuracyPointsUpTo(db),
    paused: await isPaused(db),
    now: clock(),
  });
  const fileId = await curveFile(context);
  await client.views.publish({
    user_id: userId,
    view: homeView(home, { fileId, guidelines, settings, access }),
  });
};

/** Somebody opened the app's Home tab. */
export const homeOpened =
  (context: ListenerContext): Middleware<SlackEventMiddlewareArgs<'app_home_opened'>> =>
  async ({ event, client }) => {
    if (event.tab !== 'home') return;
    const { log, track } = context;
    try {
      await track(publishHome(client, event.user, context));
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'a Home tab could not be drawn');
    }
  };
