import type { Middleware, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { words } from '../../../words/index.ts';
import { nearestWord } from '../../../words/nearest-word.ts';
import type { Asked, Word } from '../../../words/word.ts';
import type { SlackMessage } from '../../messages/message.ts';
import { refusalText } from '../../messages/note-message.ts';
import { helpMessage } from '../../messages/reply-message.ts';
import type { ListenerContext } from '../context.ts';

const NAMES = [...words.map(({ word }) => word), 'help'];

const isAllowed = async ({ who }: Word, userId: string, { access }: ListenerContext): Promise<boolean> => {
  switch (who) {
    case 'anyone':
      return true;
    case 'label':
      return access.mayLabel(userId);
    case 'operate':
      return access.mayOperate(userId);
  }
};

const answerTo = async (
  word: string,
  asked: Asked,
  context: ListenerContext,
): Promise<string | SlackMessage | null> => {
  const found = words.find((one) => one.word === word);
  if (found === undefined)
    return helpMessage(words, word === 'help' ? null : { word, nearest: nearestWord(word, NAMES) });
  if (!(await isAllowed(found, asked.userId, context)))
    return refusalText(found.who === 'label' ? 'label' : 'operate', context.access);
  return found.answer(asked, context);
};

/** `/finkvra <word>`: the answer is private to whoever asked. */
export const finkvra =
  (context: ListenerContext): Middleware<SlackCommandMiddlewareArgs> =>
  async ({ ack, command, client, respond }) => {
    await ack();
    const [word = '', ...rest] = command.text.trim().split(/\s+/);
    const asked: Asked = {
      userId: command.user_id,
      userName: command.user_name,
      rest: rest.join(' '),
      triggerId: command.trigger_id,
      client,
    };
    const { log, track } = context;
    const work = async (): Promise<void> => {
      let answer: string | SlackMessage | null;
      try {
        answer = await answerTo(word === '' ? 'status' : word.toLowerCase(), asked, context);
      } catch (error) {
        log.error({ command: command.text, error: messageOf(error) }, 'a command failed');
        answer = 'This did not work; the service’s log says why. Trying again may help.';
      }
      if (answer === null) return;
      await respond({
        response_type: 'ephemeral',
        ...(typeof answer === 'string' ? { text: answer } : answer),
      });
    };
    try {
      await track(work());
    } catch (error) {
      log.warn({ command: command.text, error: messageOf(error) }, 'a command could not be answered');
    }
  };
