import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../errors.ts';
import { statusContent } from '../../content/status.ts';
import { helpMessage } from '../../messages/help-message.ts';
import type { SlackMessage } from '../../messages/message.ts';
import { statusMessage } from '../../messages/status-message.ts';
import type { ListenerContext } from '../context.ts';

/** `/finkvra <word>`: the answer is private to whoever asked. */
export const finkvra =
  ({ status, log, track }: ListenerContext): Middleware<SlackCommandMiddlewareArgs> =>
  async ({ ack, command, respond }) => {
    await ack();
    const answer = async (): Promise<SlackMessage> => {
      const word = command.text.trim().toLowerCase().split(/\s+/)[0] ?? '';
      if (word === 'status' || word === '') return statusMessage(statusContent(await status()));
      return helpMessage(word === 'help' ? null : word);
    };
    try {
      await track(answer().then((message) => respond({ response_type: 'ephemeral', ...message })));
    } catch (error) {
      log.warn({ command: command.text, error: messageOf(error) }, 'a command could not be answered');
    }
  };
