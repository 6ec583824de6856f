import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import type { RelabelOutcome } from '../../../../loop/answers/relabel.ts';
import { isAnswer } from '../../../../pipeline/learning/answers.ts';
import type { ModelType } from '../../../../pipeline/learning/label-maps.ts';
import { answerWords } from '../../../content/answer-words.ts';
import { escapeMrkdwn } from '../../messages/mrkdwn.ts';
import { RELABEL_ANSWER, RELABEL_NOTE, subjectOfModal } from '../../messages/relabel-modal.ts';
import type { ListenerContext } from '../context.ts';
import { NOT_KEPT } from '../store-then-acknowledge.ts';
import { tellPerson } from '../tell-privately.ts';

const wordsFor = (outcome: RelabelOutcome, type: ModelType): string => {
  const name = escapeMrkdwn(outcome.objectId);
  switch (outcome.kind) {
    case 'corrected':
      return `${name}: *${answerWords(type, outcome.before)}* is now *${answerWords(type, outcome.after)}*. The next training uses it.`;
    case 'same':
      return `${name} was labelled so already; nothing has changed.`;
    case 'round-open':
      return `${name} is in round ${outcome.round}, which is open: answer on its card.`;
    case 'unlabelled':
      return `${name} has no label any more.`;
  }
};

/** How many submitted modals are remembered, to know one that is delivered again. */
const REMEMBERED = 100;

/** Somebody submitted the modal that corrects a label. */
export const relabel = (context: ListenerContext): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> => {
  const { loop, access, channel, log, track } = context;
  const submitted = new Set<string>();
  return async ({ ack, body, view, client }) => {
    const refuse = (why: string): Promise<void> =>
      ack({ response_action: 'errors', errors: { [RELABEL_ANSWER]: why } });
    const answer = view.state.values[RELABEL_ANSWER]?.[RELABEL_ANSWER]?.selected_option?.value ?? '';
    const note = view.state.values[RELABEL_NOTE]?.[RELABEL_NOTE]?.value?.trim() ?? '';
    if (!isAnswer(answer)) return refuse('Choose what it is.');
    if (submitted.has(view.id)) return ack();
    submitted.add(view.id);
    for (const oldest of [...submitted].slice(0, -REMEMBERED)) submitted.delete(oldest);
    let outcome: RelabelOutcome;
    try {
      if (!(await access.mayLabel(body.user.id))) {
        submitted.delete(view.id);
        return await refuse('You may not label here. Those who run the loop can add you (LABELLERS).');
      }
      outcome = await track(
        loop.relabel({
          objectId: subjectOfModal(view.private_metadata),
          userId: body.user.id,
          userName: body.user.name,
          answer,
          note: note === '' ? null : note,
        }),
      );
    } catch (error) {
      submitted.delete(view.id);
      log.error({ error: messageOf(error) }, 'a correction was not kept');
      return refuse(NOT_KEPT);
    }
    await ack();
    await tellPerson(client, { user: body.user.id, channel }, wordsFor(outcome, context.modelType), context);
  };
};
