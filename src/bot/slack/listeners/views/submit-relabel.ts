import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { isAnswer } from '../../../../pipeline/learning/answers.ts';
import { RELABEL_ANSWER, RELABEL_NOTE, subjectOfModal } from '../../messages/relabel-modal.ts';
import type { ListenerContext } from '../context.ts';
import { tellPerson } from '../tell-privately.ts';

/** How many submitted modals are remembered, to know one that is delivered again. */
const REMEMBERED = 100;

/** Somebody submitted the modal that corrects a label. */
export const submitRelabel = (
  context: ListenerContext,
): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> => {
  const { incoming, channel, track } = context;
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
    const outcome = await track(
      incoming.relabel({
        person: { id: body.user.id, name: body.user.name },
        objectId: subjectOfModal(view.private_metadata),
        answer,
        note: note === '' ? null : note,
      }),
    );
    if (!outcome.kept) {
      submitted.delete(view.id);
      return refuse(outcome.why);
    }
    await ack();
    await tellPerson(client, { user: body.user.id, channel }, outcome.note, context);
  };
};
