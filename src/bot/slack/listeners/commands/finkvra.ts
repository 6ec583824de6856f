import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../../../lib/errors.ts';
import type { Reply } from '../../../content/said.ts';
import { relabelModal } from '../../messages/relabel-modal.ts';
import { replyMessage } from '../../messages/reply-message.ts';
import type { ListenerContext } from '../context.ts';

const FAILED: Reply = {
  kind: 'text',
  text: 'This did not work; the service’s log says why. Trying again may help.',
};

/** Opens the form that a reply asks for. @returns what to say in its place where Slack does not open it */
const openForm = async (
  { label, modelType }: Extract<Reply, { readonly kind: 'relabel' }>,
  client: WebClient,
  triggerId: string,
  { log }: ListenerContext,
): Promise<Reply | null> => {
  try {
    await client.views.open({ trigger_id: triggerId, view: relabelModal(label, modelType) });
    return null;
  } catch (error) {
    log.error({ object: label.object_id, error: messageOf(error) }, 'a form was not opened');
    return FAILED;
  }
};

/** `/finkvra <word>`: the answer is private to whoever asked. */
export const finkvra =
  (context: ListenerContext): Middleware<SlackCommandMiddlewareArgs> =>
  async ({ ack, command, client, respond }) => {
    await ack();
    const { incoming, access, log, track } = context;
    const person = { id: command.user_id, name: command.user_name };
    const work = async (): Promise<void> => {
      const said = await incoming.word({ person, text: command.text });
      const reply =
        said.kind === 'relabel' ? await openForm(said, client, command.trigger_id, context) : said;
      if (reply !== null && reply.kind !== 'relabel')
        await respond({ response_type: 'ephemeral', ...replyMessage(reply, access) });
    };
    try {
      await track(work());
    } catch (error) {
      log.warn({ command: command.text, error: messageOf(error) }, 'a command could not be answered');
    }
  };
