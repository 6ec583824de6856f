import { emojify } from 'node-emoji';
import { isObject, type JsonObject } from 'sandbox-kit/json';
import type { Choice, PlacedElement } from '../../interactivity/elements.ts';
import type { Member } from '../../workspace/types.ts';
import { unescapeText } from './display-text.ts';

/** What blocks need from the page. */
export interface BlockContext {
  readonly theme: 'light' | 'dark';
  readonly users: readonly Member[];
  readonly channel: { readonly id: string; readonly name: string };
  readonly app: { readonly userId: string; readonly name: string };
}

/** A person used an element, with its new value. Resolves when the app has taken it. */
export type OnAct = (placed: PlacedElement, choice: Choice) => Promise<void>;

/** A text object as plain text, `:star:` written as a star. */
export const plainText = (text: unknown): string =>
  isObject(text) && typeof text.text === 'string' ? emojify(unescapeText(text.text)) : '';

/** Attributes that tests and the keyboard use to find an element. */
export const marks = ({ actionId, blockId }: PlacedElement): Record<string, string> => ({
  'data-action-id': actionId,
  'data-block-id': blockId,
});

/** An element outside of input blocks. */
export const place = (element: JsonObject, block: JsonObject): PlacedElement => ({
  element,
  actionId: String(element.action_id),
  blockId: String(block.block_id),
  input: false,
  optional: false,
});
