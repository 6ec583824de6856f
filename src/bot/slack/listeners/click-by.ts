import type { BlockAction, BlockElementAction } from '@slack/bolt';
import type { Note } from '../../content/said.ts';
import type { Click } from '../../port.ts';
import type { ListenerContext } from './context.ts';

/** Who clicked on which message, and Slack's own name of the click: the same when it is delivered again. */
export const clickBy = (
  { user, channel, message }: BlockAction,
  action: Pick<BlockElementAction, 'action_ts'>,
): Click => ({
  person: { id: user.id, name: user.name ?? user.username },
  click: action.action_ts,
  on: channel === undefined || message === undefined ? null : { channel: channel.id, id: message.ts },
});

/** Says something to whoever clicked, where only they see it. */
export const sayToClicker =
  ({ user, response_url: responseUrl }: BlockAction, { notes }: Pick<ListenerContext, 'notes'>) =>
  (note: Note): void =>
    notes.say({ user: user.id, responseUrl }, note);
