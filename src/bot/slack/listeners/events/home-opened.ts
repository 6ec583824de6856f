import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import type { ListenerContext } from '../context.ts';

/** Somebody opened the app's Home tab. */
export const homeOpened =
  ({ incoming, log }: ListenerContext): Middleware<SlackEventMiddlewareArgs<'app_home_opened'>> =>
  async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      await incoming.home({ id: event.user });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'it could not be kept who opened a Home tab');
    }
  };
