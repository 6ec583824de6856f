import { changeMessage, type MessageChanges } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow, MessageState } from '../../store/schema.ts';

/** Events of a message. */
export type MessageEvent =
  /** A post begins. Written before the call, so that a crash in between is noticed. */
  | 'start'
  /** The chat confirmed the post. */
  | 'posted'
  /** The chat refused the post: the only event that leaves `sending` without a look. */
  | 'refused'
  /** A complete look found the message, or did not find it long enough after the post. */
  | 'found'
  | 'absent'
  /** No look is possible, and the outcome of the post is unknown. */
  | 'unknowable'
  /** Somebody clicked the message, so it is there. */
  | 'clicked'
  /** An operator looked and answered. */
  | 'told-there'
  | 'told-absent'
  /** The message cannot be drawn, or the chat refuses even its simplest form. */
  | 'hopeless'
  /** Retry of a message that could not be drawn. */
  | 'retried'
  /** The message was deleted in the chat and is still needed. */
  | 'gone'
  /** The round moved to another channel. The message may be there from before, so it is looked for. */
  | 'moved'
  /** The message was here before its round moved away, and the round is back. */
  | 'returned'
  /** The message is no longer needed in the channel. */
  | 'unwanted'
  | 'wanted';

/** The next state by state and event. Any other combination is a bug. */
export const TRANSITIONS: Readonly<Record<MessageState, Partial<Record<MessageEvent, MessageState>>>> = {
  pending: {
    start: 'sending',
    clicked: 'posted',
    hopeless: 'failed',
    unwanted: 'dropped',
  },
  sending: {
    posted: 'posted',
    refused: 'pending',
    found: 'posted',
    absent: 'pending',
    unknowable: 'unsure',
    clicked: 'posted',
    hopeless: 'failed',
    moved: 'sending',
  },
  unsure: {
    found: 'posted',
    absent: 'pending',
    clicked: 'posted',
    'told-there': 'posted',
    'told-absent': 'pending',
    moved: 'sending',
  },
  posted: {
    // Only if its place was unknown: an operator had said that it is there.
    clicked: 'posted',
    gone: 'pending',
    moved: 'sending',
    returned: 'posted',
    unwanted: 'dropped',
  },
  failed: { retried: 'pending', unwanted: 'dropped' },
  // `wantAgain`: its candidate is asked again.
  dropped: { wanted: 'pending', returned: 'posted' },
};

/**
 * Applies an event to a message, with other column changes.
 * @returns false if the message has left the state in `row` meanwhile
 * @throws Error for an event that the state does not allow
 */
export const happen = (
  db: Db,
  row: Pick<MessageRow, 'id' | 'key' | 'state'>,
  event: MessageEvent,
  changes: MessageChanges = {},
): Promise<boolean> => {
  const state = TRANSITIONS[row.state][event];
  if (state === undefined) throw new Error(`${row.key} is ${row.state}: it cannot be ${event}`);
  return changeMessage(db, row, { ...changes, state });
};
