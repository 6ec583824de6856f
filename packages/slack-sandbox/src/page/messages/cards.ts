import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { type Choice, elementsOf, type PlacedElement } from '../../interactivity/elements.ts';
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

/** The keys of all answers but Skip in order: those with a button, then those of the menu beside them. */
const numberKeys = ['1', '2', '3', '4', '5', '6'];

/** The keys that answer the focused card, or the candidate of a form. */
export const answerKeys: readonly string[] = [...placeKeys, ...namedKeys.keys(), ...numberKeys];

/** What a key does: presses a button, or chooses from a menu. */
export interface Press {
  readonly placed: PlacedElement;
  readonly choice: Choice;
}

const isAnswer = ({ actionId }: PlacedElement): boolean => actionId.startsWith(answerPrefix);

/** All answers but Skip: the buttons, then what the menus beside them offer. */
const pressesOf = (placed: readonly PlacedElement[]): Press[] => {
  const buttons = placed.filter((one) => isAnswer(one) && one.actionId !== namedKeys.get('s'));
  const besides = new Set(buttons.map(({ blockId }) => blockId));
  const menus = placed.filter(({ element, blockId }) => element.type === 'overflow' && besides.has(blockId));
  return [
    ...buttons.map((one) => ({ placed: one, choice: null })),
    ...menus.flatMap((menu) =>
      objectsOf(menu.element.options).map(({ value }) => ({ placed: menu, choice: String(value) })),
    ),
  ];
};

/** What a key does among these blocks; undefined if there is nothing for it. */
export const pressOfKey = (key: string, blocks: readonly JsonObject[]): Press | undefined => {
  const placed = elementsOf(blocks);
  const number = numberKeys.indexOf(key);
  if (number >= 0) return pressesOf(placed)[number];
  const named = namedKeys.get(key);
  const found =
    named === undefined
      ? placed.filter(isAnswer)[placeKeys.indexOf(key)]
      : placed.find(({ actionId }) => actionId === named);
  return found === undefined ? undefined : { placed: found, choice: null };
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
