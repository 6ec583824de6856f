import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { UndoOutcome } from '../../../../loop/answers/undo-answer.ts';
import { escapeMrkdwn } from '../../messages/mrkdwn.ts';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { FOREIGN_CARD } from '../old-message-words.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { tellPrivately } from '../tell-privately.ts';

/** What to say about an undo that did not happen; null where nothing has to be said. */
const noteFor = (outcome: UndoOutcome): string | null => {
  switch (outcome.kind) {
    case 'not-yours':
      return `${escapeMrkdwn(outcome.name)} gave this answer, and only ${escapeMrkdwn(
        outcome.name,
      )} can undo it. If you disagree, ask, or use \`/finkvra relabel ${escapeMrkdwn(outcome.objectId)}\` after the round.`;
    case 'closed':
      return `The round is closed, so this cannot be undone here: \`/finkvra relabel ${escapeMrkdwn(
        outcome.objectId,
      )}\` corrects the label for the next training.`;
    case 'nothing':
      return `There is no answer of yours to ${escapeMrkdwn(outcome.objectId)} that could be undone.`;
    case 'unknown':
      return FOREIGN_CARD;
    case 'undone':
    case 'repeated':
      return null;
  }
};

/** Somebody pressed Undo. */
export const undoAnswer =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client }) => {
    const say = (text: string): Promise<void> => tellPrivately({ client, body }, text, context);
    const outcome = await storeThenAcknowledge(
      ack,
      () => context.loop.undo({ candidateId: Number(action.value), ...clickBy(body, action) }),
      say,
      context,
    );
    const note = outcome === null ? null : noteFor(outcome);
    if (note !== null) await say(note);
  };
