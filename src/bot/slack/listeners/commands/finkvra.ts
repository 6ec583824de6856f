import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../../../lib/errors.ts';
import type { FileReply, FormReply, Reply } from '../../../content/said.ts';
import { createOnce } from '../../../once.ts';
import { respondUntilTold } from '../../connection/respond-to.ts';
import { relabelModal } from '../../messages/modals/relabel-modal.ts';
import { replyMessage } from '../../messages/reply-message.ts';
import type { ListenerContext } from '../context.ts';
import { isTooLate, openReview } from '../open-form.ts';

/** Slack opens a form for three seconds after the word. */
const TOO_LATE: Reply = {
  kind: 'text',
  text: 'Slack did not open the form in time. Type the same again.',
};

const FAILED: Reply = {
  kind: 'text',
  text: 'This did not work; the service’s log says why. Trying again may help.',
};

/** Opens the form in a reply. @returns what to say if Slack does not open it */
const openFormOf = async (
  reply: FormReply,
  client: WebClient,
  triggerId: string,
  { log }: ListenerContext,
): Promise<Reply | null> => {
  try {
    if (reply.kind === 'review') await openReview(client, triggerId, reply.review);
    else await client.views.open({ trigger_id: triggerId, view: relabelModal(reply.label, reply.modelType) });
    return null;
  } catch (error) {
    const tooLate = isTooLate(error);
    log[tooLate ? 'warn' : 'error']({ form: reply.kind, error: messageOf(error) }, 'a form was not opened');
    return tooLate ? TOO_LATE : FAILED;
  }
};

/** Sends a file to whoever asked. @returns what to say in the channel */
const sendFile = async (person: string, reply: FileReply, context: ListenerContext): Promise<Reply> => {
  try {
    await context.sendFile(person, reply);
    return { kind: 'text', text: `${reply.file.filename} is in our direct messages.` };
  } catch (error) {
    context.log.error({ file: reply.file.filename, error: messageOf(error) }, 'a file was not sent');
    return FAILED;
  }
};
const isForm = (reply: Reply): reply is FormReply => reply.kind === 'relabel' || reply.kind === 'review';

/** `/finkvra <subcommand>`: answers privately. A command delivered twice runs once. */
export const finkvra = (context: ListenerContext): Middleware<SlackCommandMiddlewareArgs> => {
  const { incoming, access, log } = context;
  const once = createOnce<void>();
  return async ({ ack, command, client }) => {
    await ack();
    const person = { id: command.user_id, name: command.user_name };
    const answer = async (): Promise<void> => {
      const said = await incoming.word({ person, text: command.text });
      const reply = isForm(said)
        ? await openFormOf(said, client, command.trigger_id, context)
        : said.kind === 'file'
          ? await sendFile(person.id, said, context)
          : said;
      if (reply === null || isForm(reply) || reply.kind === 'file') return;
      const message = replyMessage(reply, access);
      try {
        await respondUntilTold(
          command.response_url,
          { response_type: 'ephemeral', ...message },
          context.stopping,
        );
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'an answer goes to the conversation with the bot instead');
        await client.chat.postMessage({ channel: command.user_id, ...message });
      }
    };
    try {
      await once.run(command.trigger_id, answer);
    } catch (error) {
      log.warn({ command: command.text, error: messageOf(error) }, 'a command could not be answered');
    }
  };
};
