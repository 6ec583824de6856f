import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { messageOf } from '../../../errors.ts';
import { answerOfAction } from '../../messages/card-message.ts';
import { lateAnswerText } from '../../messages/late-answer-text.ts';
import type { ListenerContext } from '../context.ts';

type Args = SlackActionMiddlewareArgs<BlockAction<ButtonAction>>;

/** Slack gives a listener 3 s; should the store take longer than this, it is told to wait no more. */
const ACKNOWLEDGE_BY_MS = 1500;

/**
 * Somebody pressed Galactic, Not galactic or Skip. The acknowledgement follows the store's commit, a few
 * milliseconds later: sent first, a process that dies in between has told Slack that it took an answer
 * which nobody will find again (a kill -9 right after the last click did exactly that).
 */
export const answerCandidate =
  ({ loop, log, track }: ListenerContext): Middleware<Args> =>
  async ({ ack, action, body, client }) => {
    const answer = answerOfAction(action.action_id);
    const candidateId = Number(action.value);
    if (answer === null || !Number.isInteger(candidateId)) {
      await ack();
      log.warn({ action: action.action_id, value: action.value }, 'a button that this version does not know');
      return;
    }
    const userName = body.user.name ?? body.user.username;
    const recorded = track(loop.answer({ candidateId, userId: body.user.id, userName, answer }));
    // A store that fails outright is not acknowledged: Slack then tells the person that it did not work.
    await Promise.race([recorded, sleep(ACKNOWLEDGE_BY_MS, undefined, { ref: false })]);
    await ack();
    const outcome = await recorded;
    if (outcome.kind !== 'late' || body.channel === undefined) return;
    try {
      await track(
        client.chat.postEphemeral({
          channel: body.channel.id,
          user: body.user.id,
          text: lateAnswerText(outcome, body.user.id),
        }),
      );
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the note about an earlier answer was not delivered');
    }
  };
