import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { messageOf } from '../../../errors.ts';
import type { RelabelOutcome } from '../../../loop/relabel.ts';
import { ANSWER_WORDS, isAnswer } from '../../content/answer-words.ts';
import { escapeMrkdwn } from '../../messages/escape-mrkdwn.ts';
import { RELABEL_ANSWER, RELABEL_NOTE, subjectOfModal } from '../../messages/relabel-modal.ts';
import type { ListenerContext } from '../context.ts';

const wordsFor = (outcome: RelabelOutcome): string => {
  const name = escapeMrkdwn(outcome.objectId);
  switch (outcome.kind) {
    case 'corrected':
      return `${name}: *${ANSWER_WORDS[outcome.before]}* is now *${ANSWER_WORDS[outcome.after]}*. The next training uses it.`;
    case 'same':
      return `${name} was labelled so already; nothing has changed.`;
    case 'round-open':
      return `${name} is in round ${outcome.round}, which is open: answer on its card.`;
    case 'unlabelled':
      return `${name} has no label any more.`;
  }
};

/** Somebody submitted the modal that corrects a label. */
export const relabel =
  (context: ListenerContext): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async ({ ack, body, view, client }) => {
    const { loop, access, channel, log, track } = context;
    const answer = view.state.values[RELABEL_ANSWER]?.[RELABEL_ANSWER]?.selected_option?.value ?? '';
    const note = view.state.values[RELABEL_NOTE]?.[RELABEL_NOTE]?.value?.trim() ?? '';
    if (!isAnswer(answer)) {
      await ack({ response_action: 'errors', errors: { [RELABEL_ANSWER]: 'Choose what it is.' } });
      return;
    }
    if (!(await access.mayLabel(body.user.id))) {
      await ack({ response_action: 'errors', errors: { [RELABEL_ANSWER]: 'You may not label here.' } });
      return;
    }
    const outcome = await track(
      loop.relabel({
        objectId: subjectOfModal(view.private_metadata),
        userId: body.user.id,
        userName: body.user.name,
        answer,
        note: note === '' ? null : note,
      }),
    );
    await ack();
    try {
      await track(client.chat.postEphemeral({ channel, user: body.user.id, text: wordsFor(outcome) }));
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the note about a correction was not delivered');
    }
  };
