import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { OLD_BUTTON } from '../../../content/note-content.ts';
import type { Note } from '../../../content/said.ts';
import { respondTo } from '../../connection/respond-to.ts';
import { readMenuValue } from '../../messages/card-message.ts';
import { isGathered, noteMessage } from '../../messages/note-message.ts';
import { clickBy, sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** Replaces the note whose button was pressed, or posts beside it if that fails. */
const replaceNote = async (
  body: BlockAction,
  action: ButtonAction,
  note: Note,
  context: ListenerContext,
): Promise<void> => {
  const url = isGathered(action.block_id) ? undefined : body.response_url;
  try {
    if (url === undefined) return sayToClicker(body, context)(note);
    await respondTo(url, { replace_original: true, ...noteMessage(note, context.access) });
  } catch (error) {
    // A note can be replaced for half an hour; after that a new one is posted.
    context.log.debug({ error: messageOf(error) }, 'a private note could not be replaced');
    sayToClicker(body, context)(note);
  }
};

/** A person whose answer came too late still stands by it. */
export const disagree =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body }) => {
    const { incoming, log } = context;
    const click = readMenuValue(action.value);
    if (click === null) {
      await ack();
      log.warn({ value: action.value }, 'unknown disagreement of another version');
      await replaceNote(body, action, { kind: 'text', text: OLD_BUTTON }, context);
      return;
    }
    const outcome = await storeThenAcknowledge(
      ack,
      () => incoming.disagree({ ...click, ...clickBy(body, action) }),
      // Beside the note: its button is needed for another try.
      sayToClicker(body, context),
      context,
    );
    if (outcome?.note != null) await replaceNote(body, action, outcome.note, context);
  };
