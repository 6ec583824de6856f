import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { type Choice, elementsOf, type PlacedElement } from '../../interactivity/elements.ts';
import type { StoredMessage } from '../../workspace/types.ts';

const answerPrefix = 'answer_';
const UNDO_ACTION = 'undo_answer';

/** Keys of the first two answers, whatever their names. */
const PLACE_KEYS = ['g', 'n'];
/** Keys of answers with a fixed place. */
const namedKeys: ReadonlyMap<string, string> = new Map([
  ['v', `${answerPrefix}varstar`],
  ['a', `${answerPrefix}agn`],
  ['s', `${answerPrefix}skip`],
  ['u', UNDO_ACTION],
]);

/** Keys of all answers but Skip, in order: buttons first, then the menu. */
const NUMBER_KEYS = ['1', '2', '3', '4', '5', '6'];

/** Keys that answer the focused card or a form's candidate. */
export const answerKeys: readonly string[] = [...PLACE_KEYS, ...namedKeys.keys(), ...NUMBER_KEYS];

/** A key's effect: press a button or choose from a menu. */
export interface Press {
  readonly placed: PlacedElement;
  readonly choice: Choice;
}

const isAnswer = ({ actionId }: PlacedElement): boolean => actionId.startsWith(answerPrefix);

/** All answers but Skip: the buttons, then the menus' options. */
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

/** A key's effect in these blocks; undefined if it has none. */
export const pressOfKey = (key: string, blocks: readonly JsonObject[]): Press | undefined => {
  const placed = elementsOf(blocks);
  const number = NUMBER_KEYS.indexOf(key);
  if (number >= 0) return pressesOf(placed)[number];
  const named = namedKeys.get(key);
  const found =
    named === undefined
      ? placed.filter(isAnswer)[PLACE_KEYS.indexOf(key)]
      : placed.find(({ actionId }) => actionId === named);
  return found === undefined ? undefined : { placed: found, choice: null };
};

/** A card's actions: the action ids of its answers, and Undo. */
export const answersOf = (message: StoredMessage): readonly string[] =>
  message.ephemeral_to === undefined
    ? elementsOf(message.blocks)
        .map((placed) => placed.actionId)
        .filter((actionId) => actionId.startsWith(answerPrefix) || actionId === UNDO_ACTION)
    : [];

/** A card is a message that can be answered or undone. */
export const isCard = (message: StoredMessage): boolean => answersOf(message).length > 0;

/** A card without an answer. */
export const isOpenCard = (message: StoredMessage): boolean =>
  answersOf(message).some((actionId) => actionId !== UNDO_ACTION);

/**
 * The kind of a message by its metadata: the event type and the names of its fields. All cards are one kind, also
 * decided ones.
 */
export const kindOf = ({ metadata }: StoredMessage): string | undefined =>
  metadata === undefined
    ? undefined
    : [metadata.event_type, ...Object.keys(metadata.event_payload).sort()].join(' ');
