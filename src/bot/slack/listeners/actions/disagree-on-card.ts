import type { BlockAction, Middleware, OverflowAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { OLD_BUTTON } from '../../../content/note-content.ts';
import { readMenuValue } from '../../messages/card-message.ts';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** A person disagrees with a decided card by its menu. */
export const disagreeOnCard =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<OverflowAction>>> =>
  async ({ ack, action, body }) => {
    const { incoming, log } = context;
    const say = sayToClicker(body, context);
    const { value } = action.selected_option;
    const click = readMenuValue(value);
    if (click === null) {
      await ack();
      log.warn({ value }, 'unknown disagreement of another version');
      say({ kind: 'text', text: OLD_BUTTON });
      return;
    }
    const work = () => incoming.disagree({ ...click, ...clickBy(body, action) });
    const outcome = await storeThenAcknowledge(ack, work, say, context);
    if (outcome?.note != null) say(outcome.note);
  };
