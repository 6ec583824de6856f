import type { BlockAction, BlockElementAction } from '@slack/bolt';
import type { Note } from '../../content/said.ts';
import type { Click } from '../../port.ts';
import type { ListenerContext } from './context.ts';

/** Who clicked which message, and Slack's id of the click, which is the same when delivered again. */
export const clickBy = (
  { user, channel, message }: BlockAction,
  action: Pick<BlockElementAction, 'action_ts'>,
): Click => ({
  person: { id: user.id, name: user.name ?? user.username },
  click: action.action_ts,
  on: channel === undefined || message === undefined ? null : { channel: channel.id, id: message.ts },
});

/** Sends a private note to whoever clicked. */
export const sayToClicker =
  ({ user, response_url: responseUrl }: BlockAction, { notes }: Pick<ListenerContext, 'notes'>) =>
  (note: Note): void =>
    notes.say({ user: user.id, responseUrl }, note);
