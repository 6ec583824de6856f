import { emojify } from 'node-emoji';
import type { Choice, PlacedElement } from '../interactivity/elements.ts';
import { isObject } from '../json.ts';
import { unescapeText } from './display-text.ts';

/** Somebody used an element: pressed it, or chose this. Resolves when the app has taken it. */
export type OnAct = (placed: PlacedElement, choice: Choice) => Promise<void>;

/** A text object as plain text, `:star:` written as a star. */
export const plainText = (text: unknown): string =>
  isObject(text) && typeof text.text === 'string' ? emojify(unescapeText(text.text)) : '';

/** Attributes by which tests and the keyboard find an element. */
export const marks = ({ actionId, blockId }: PlacedElement): Record<string, string> => ({
  'data-action-id': actionId,
  'data-block-id': blockId,
});
