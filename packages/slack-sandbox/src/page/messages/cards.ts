import { elementsOf } from '../../interactivity/elements.ts';
import type { StoredMessage } from '../../workspace/types.ts';

const answerPrefix = 'answer_';
const undoAction = 'undo_answer';

/** The keys of the first two answers, whatever these are called. */
const placeKeys = ['g', 'n'];
/** The keys of answers that have a place of their own. */
const namedKeys: ReadonlyMap<string, string> = new Map([
  ['v', `${answerPrefix}varstar`],
  ['a', `${answerPrefix}agn`],
  ['s', `${answerPrefix}skip`],
  ['u', undoAction],
]);

/** The keys that answer the focused card. */
export const answerKeys: readonly string[] = [...placeKeys, ...namedKeys.keys()];

/** The action that a key presses on a card; undefined if the card has none for it. */
export const actionOfKey = (key: string, message: StoredMessage): string | undefined => {
  const answers = answersOf(message);
  const named = namedKeys.get(key);
  if (named !== undefined) return answers.find((actionId) => actionId === named);
  return answers.filter((actionId) => actionId.startsWith(answerPrefix))[placeKeys.indexOf(key)];
};

/** What a card can be asked to do: the action ids of its answers, Undo among them. */
export const answersOf = (message: StoredMessage): readonly string[] =>
  message.ephemeral_to === undefined
    ? elementsOf(message.blocks)
        .map((placed) => placed.actionId)
        .filter((actionId) => actionId.startsWith(answerPrefix) || actionId === undoAction)
    : [];

/** A card is a message that can be answered, or whose answer can be undone. */
export const isCard = (message: StoredMessage): boolean => answersOf(message).length > 0;

/** A card that waits for an answer. */
export const isOpenCard = (message: StoredMessage): boolean =>
  answersOf(message).some((actionId) => actionId !== undoAction);

/**
 * What sort of message this is, as far as its metadata tells: its event type and the names of what it
 * carries. Cards are of one kind, also when they can no longer be answered; headers and reports of others.
 */
export const kindOf = ({ metadata }: StoredMessage): string | undefined =>
  metadata === undefined
    ? undefined
    : [metadata.event_type, ...Object.keys(metadata.event_payload).sort()].join(' ');
