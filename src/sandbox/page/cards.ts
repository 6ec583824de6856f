import { elementsOf } from '../interactivity/elements.ts';
import type { StoredMessage } from '../workspace/types.ts';

/** The keys that answer the focused card, and the action each presses: `answer_` plus this name. */
export const answerKeys: ReadonlyMap<string, string> = new Map([
  ['g', 'galactic'],
  ['n', 'not_galactic'],
  ['s', 'skip'],
  ['u', 'undo'],
]);

export const answerPrefix = 'answer_';

const undo = `${answerPrefix}undo`;

/** What a card can be asked to do: the action ids of its answers, Undo among them. */
export const answersOf = (message: StoredMessage): readonly string[] =>
  message.ephemeral_to === undefined
    ? elementsOf(message.blocks)
        .map((placed) => placed.actionId)
        .filter((actionId) => actionId.startsWith(answerPrefix))
    : [];

/** A card is a message that can be answered, or whose answer can be undone. */
export const isCard = (message: StoredMessage): boolean => answersOf(message).length > 0;

/** A card that waits for an answer. */
export const isOpenCard = (message: StoredMessage): boolean =>
  answersOf(message).some((actionId) => actionId !== undo);

/**
 * What sort of message this is, as far as its metadata tells: its event type and the names of what it
 * carries. Cards are of one kind, also when they can no longer be answered; headers and reports of others.
 */
export const kindOf = ({ metadata }: StoredMessage): string | undefined =>
  metadata === undefined
    ? undefined
    : [metadata.event_type, ...Object.keys(metadata.event_payload).sort()].join(' ');
