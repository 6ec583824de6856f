import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../errors.ts';
import type { DisagreeOutcome } from '../../../loop/disagree.ts';
import type { AnswerValue } from '../../../store/schema.ts';
import { ANSWER_WORDS } from '../../content/answer-words.ts';
import { escapeMrkdwn } from '../../messages/escape-mrkdwn.ts';
import { readMenuValue } from '../../messages/late-answer-message.ts';
import { refusalText } from '../../messages/refusal-text.ts';
import type { ListenerContext } from '../context.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';

/** What to say in the note's place; null where it says so already. */
const wordsFor = (outcome: DisagreeOutcome, answer: AnswerValue): string | null => {
  switch (outcome.kind) {
    case 'repeated':
      return null;
    case 'noted':
      return `Noted: you say *${ANSWER_WORDS[answer]}* of ${escapeMrkdwn(outcome.objectId)}, the label says *${
        ANSWER_WORDS[outcome.decided]
      }*. The card and the round's report show it.`;
    case 'nothing-new':
      return `This is noted already for ${escapeMrkdwn(outcome.objectId)}.`;
    case 'open':
      return `${escapeMrkdwn(outcome.objectId)} is open again: answer on its card, and it counts.`;
    case 'unknown':
      return 'This candidate is not in the store any more.';
  }
};

/** Somebody who answered too late stands by their answer. */
export const disagree =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, respond }) => {
    const { loop, access, log, track } = context;
    const click = readMenuValue(action.value);
    if (click === null) {
      await ack();
      log.warn({ value: action.value }, 'a disagreement that this version does not know');
      return;
    }
    const say = async (text: string): Promise<void> => {
      try {
        await track(respond({ replace_original: true, text }));
      } catch (error) {
        // The note expires after half an hour; what was done is in the store and on the card.
        log.warn({ error: messageOf(error) }, 'a private note could not be replaced');
      }
    };
    if (!(await access.mayLabel(body.user.id))) {
      await ack();
      await say(refusalText('label', access));
      return;
    }
    const outcome = await storeThenAcknowledge(
      ack,
      track(
        loop.disagree({
          ...click,
          userId: body.user.id,
          userName: body.user.name ?? body.user.username,
          click: action.action_ts,
        }),
      ),
    );
    const words = wordsFor(outcome, click.answer);
    if (words !== null) await say(words);
  };
