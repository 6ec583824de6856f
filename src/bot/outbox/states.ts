import { changeMessage, type MessageChanges } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow, MessageState } from '../../store/schema.ts';

/** What can happen to a message. */
export type MessageEvent =
  /** A post begins: written before the chat is called, so that a death in between is known. */
  | 'start'
  /** The chat said that it has posted it. */
  | 'posted'
  /** The chat itself said that it has not: the only thing that clears `sending` without a look. */
  | 'refused'
  /** A complete look found it, or did not find it long enough after the post. */
  | 'found'
  | 'absent'
  /** No look is to be had, and the outcome of the post is not known. */
  | 'unknowable'
  /** Somebody clicked on it: it is there. */
  | 'clicked'
  /** An operator looked, and says so. */
  | 'told-there'
  | 'told-absent'
  /** It cannot be drawn, or the chat refuses its content however plain. */
  | 'hopeless'
  /** What could not be drawn is tried again. */
  | 'retried'
  /** It was deleted in the chat, and is wanted there. */
  | 'gone'
  /** Its round is in another channel now: it may have been there before, and is looked for. */
  | 'moved'
  /** It is not wanted in the channel any more. */
  | 'unwanted'
  | 'wanted';

/** Which events a message in each state knows, and what they lead to. All else is a mistake of ours. */
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
    // Only where nobody knew its place: an operator had said that it is there.
    clicked: 'posted',
    gone: 'pending',
    moved: 'sending',
    unwanted: 'dropped',
  },
  failed: { retried: 'pending', unwanted: 'dropped' },
  // `wantAgain`: what it is about is asked again.
  dropped: { wanted: 'pending' },
};

/**
 * Lets an event happen to a message, with what else it changes.
 * @returns false when the message has meanwhile left the state that `row` says
 * @throws Error for an event that its state does not know
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
