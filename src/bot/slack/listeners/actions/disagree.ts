import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { OLD_BUTTON } from '../../../content/note-content.ts';
import type { Note } from '../../../content/said.ts';
import { readMenuValue } from '../../messages/card-message.ts';
import { noteMessage } from '../../messages/note-message.ts';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { tellPrivately } from '../tell-privately.ts';

/** Somebody who answered too late stands by their answer. */
export const disagree =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client, respond }) => {
    const { incoming, access, log, track } = context;
    const click = readMenuValue(action.value);
    const say = async (note: Note): Promise<void> => {
      try {
        await track(respond({ replace_original: true, ...noteMessage(note, access) }));
      } catch (error) {
        // A note can be replaced for half an hour; after that a new one says it.
        log.debug({ error: messageOf(error) }, 'a private note could not be replaced');
        await tellPrivately({ client, body }, note, context);
      }
    };
    if (click === null) {
      await ack();
      log.warn({ value: action.value }, 'a disagreement that this version does not know');
      await say({ kind: 'text', text: OLD_BUTTON });
      return;
    }
    const outcome = await storeThenAcknowledge(
      ack,
      () => incoming.disagree({ ...click, ...clickBy(body, action) }),
      // Beside the note, not in its place: its button is needed for the next try.
      (note) => tellPrivately({ client, body }, note, context),
      context,
    );
    if (outcome?.note != null) await say(outcome.note);
  };
