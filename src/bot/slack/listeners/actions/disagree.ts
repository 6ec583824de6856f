import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import type { DisagreeOutcome } from '../../../../loop/answers/disagree.ts';
import type { ModelType } from '../../../../pipeline/learning/label-maps.ts';
import type { AnswerValue } from '../../../../store/schema.ts';
import { answerWords } from '../../../content/answer-words.ts';
import { escapeMrkdwn } from '../../messages/mrkdwn.ts';
import { readMenuValue, refusalText } from '../../messages/note-message.ts';
import { clickBy } from '../click-by.ts';
import type { ListenerContext } from '../context.ts';
import { FOREIGN_CARD, OLD_BUTTON } from '../old-message-words.ts';
import { storeThenAcknowledge } from '../store-then-acknowledge.ts';
import { tellPrivately } from '../tell-privately.ts';

/** What to say in the note's place; null where it says so already. */
const wordsFor = (outcome: DisagreeOutcome, answer: AnswerValue, type: ModelType): string | null => {
  switch (outcome.kind) {
    case 'repeated':
      return null;
    case 'noted':
      return `Noted: you say *${answerWords(type, answer)}* of ${escapeMrkdwn(outcome.objectId)}, the label says *${answerWords(
        type,
        outcome.decided,
      )}*. The card and the round's report show it.`;
    case 'nothing-new':
      return `This is noted already for ${escapeMrkdwn(outcome.objectId)}.`;
    case 'open':
      return `${escapeMrkdwn(outcome.objectId)} is open again: answer on its card, and it counts.`;
    case 'unknown':
      return FOREIGN_CARD;
  }
};

/** Somebody who answered too late stands by their answer. */
export const disagree =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client, respond }) => {
    const { loop, access, log, track } = context;
    const click = readMenuValue(action.value);
    const say = async (text: string): Promise<void> => {
      try {
        await track(respond({ replace_original: true, text }));
      } catch (error) {
        // A note can be replaced for half an hour; after that a new one says it.
        log.debug({ error: messageOf(error) }, 'a private note could not be replaced');
        await tellPrivately({ client, body }, text, context);
      }
    };
    if (click === null) {
      await ack();
      log.warn({ value: action.value }, 'a disagreement that this version does not know');
      await say(OLD_BUTTON);
      return;
    }
    const userId = body.user.id;
    const outcome = await storeThenAcknowledge(
      ack,
      async () =>
        (await access.mayLabel(userId))
          ? loop.disagree({ ...click, ...clickBy(body, action) })
          : ({ kind: 'refused' } as const),
      // Beside the note, not in its place: its button is needed for the next try.
      (text) => tellPrivately({ client, body }, text, context),
      context,
    );
    if (outcome === null) return;
    const words =
      outcome.kind === 'refused'
        ? refusalText('label', access)
        : wordsFor(outcome, click.answer, context.modelType);
    if (words !== null) await say(words);
  };
