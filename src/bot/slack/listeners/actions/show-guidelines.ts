import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { guidelinesModal } from '../../messages/modals/guidelines-modal.ts';
import { sayToClicker } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { openForm } from '../open-form.ts';

const ON_HOME = 'How to label is on the bot’s Home tab; it could not be shown here.';

/** Shows the labelling guidelines from a card or a review. */
export const showGuidelines =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, body, client }) => {
    await ack();
    try {
      await openForm(client, body, guidelinesModal(context.incoming.guidelines()));
    } catch (error) {
      context.log.warn({ error: messageOf(error) }, 'the guidelines were not shown');
      sayToClicker(body, context)({ kind: 'text', text: ON_HOME });
    }
  };
