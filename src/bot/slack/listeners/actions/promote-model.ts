import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../../lib/errors.ts';
import { promotionKey } from '../../../../loop/round-messages.ts';
import { wantRedraw } from '../../../../store/chat/messages.ts';
import { championModel, modelOfRound } from '../../../../store/rounds/models.ts';
import { escapeMrkdwn } from '../../messages/mrkdwn.ts';
import { refusalText } from '../../messages/note-message.ts';
import type { ListenerContext } from '../context.ts';
import { tellPrivately } from '../tell-privately.ts';

/** Promotes the model that a message asks about; resolves to what to say where that is too late. */
const promote = async (round: number, { db, loop, poke }: ListenerContext): Promise<string | null> => {
  const asked = await modelOfRound(db, round);
  const champion = asked === undefined ? undefined : await championModel(db, asked.model_type);
  if (champion === undefined || champion.round < round) {
    await loop.promote(round);
    return null;
  }
  // The question was asked before; the message is to say so too.
  if (asked?.round_id != null) await wantRedraw(db, [promotionKey(asked.round_id)]);
  poke();
  return champion.round === round
    ? `The model of round ${round} is the champion already.`
    : `The champion is the model of round ${champion.round} by now. \`finkvra models\` in a terminal can go back to an older one.`;
};

/** Somebody wants a model to be the champion although it did worse. */
export const promoteModel =
  (context: ListenerContext): Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>> =>
  async ({ ack, action, body, client }) => {
    await ack();
    const { access, log, track } = context;
    const say = (text: string): Promise<void> => tellPrivately({ client, body }, text, context);
    try {
      if (!(await access.mayOperate(body.user.id))) return await say(refusalText('operate', access));
      const words = await track(promote(Number(action.value), context));
      if (words !== null) await say(words);
    } catch (error) {
      log.warn({ round: action.value, error: messageOf(error) }, 'the model was not promoted');
      await say(`Not promoted: ${escapeMrkdwn(messageOf(error))}`);
    }
  };
