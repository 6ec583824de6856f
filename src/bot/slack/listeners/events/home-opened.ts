import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import type { ListenerContext } from '../context.ts';

/** A person opened the Home tab. */
export const homeOpened =
  ({ incoming, log }: ListenerContext): Middleware<SlackEventMiddlewareArgs<'app_home_opened'>> =>
  async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      await incoming.home({ id: event.user });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the opening of a Home tab could not be stored');
    }
  };
