import type { BlockAction, BlockElementAction } from '@slack/bolt';

/** Who clicked, and the chat's own name of the click, which is the same when it is delivered again. */
export const clickBy = (
  { user }: BlockAction,
  action: Pick<BlockElementAction, 'action_ts'>,
): { readonly userId: string; readonly userName: string; readonly click: string } => ({
  userId: user.id,
  userName: user.name ?? user.username,
  click: action.action_ts,
});
