import type { BlockAction, BlockElementAction } from '@slack/bolt';
import type { Click } from '../../port.ts';

/** Who clicked, and Slack's own name of the click, which is the same when it is delivered again. */
export const clickBy = ({ user }: BlockAction, action: Pick<BlockElementAction, 'action_ts'>): Click => ({
  person: { id: user.id, name: user.name ?? user.username },
  click: action.action_ts,
});
