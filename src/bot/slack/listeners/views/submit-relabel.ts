import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { isAnswer } from '../../../../pipeline/learning/answers.ts';
import { createOnce } from '../../../once.ts';
import { RELABEL_ANSWER, RELABEL_NOTE, subjectOfModal } from '../../messages/modals/relabel-modal.ts';
import type { ListenerContext } from '../context.ts';

/** A person submitted a correction. If delivered twice it corrects once. */
export const submitRelabel = (
  context: ListenerContext,
): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> => {
  const { incoming, notes } = context;
  const once = createOnce<Awaited<ReturnType<typeof incoming.relabel>>>();
  return async ({ ack, body, view }) => {
    const refuse = (why: string): Promise<void> =>
      ack({ response_action: 'errors', errors: { [RELABEL_ANSWER]: why } });
    const answer = view.state.values[RELABEL_ANSWER]?.[RELABEL_ANSWER]?.selected_option?.value ?? '';
    const note = view.state.values[RELABEL_NOTE]?.[RELABEL_NOTE]?.value?.trim() ?? '';
    if (!isAnswer(answer)) return refuse('Choose what it is.');
    let first = false;
    const outcome = await once.run(view.id, () => {
      first = true;
      return incoming.relabel({
        person: { id: body.user.id, name: body.user.name },
        objectId: subjectOfModal(view.private_metadata),
        answer,
        note: note === '' ? null : note,
      });
    });
    if (!outcome.kept) {
      // The form stays open and may be submitted again.
      once.forget(view.id);
      return refuse(outcome.why);
    }
    await ack();
    if (first) notes.say({ user: body.user.id }, outcome.note);
  };
};
