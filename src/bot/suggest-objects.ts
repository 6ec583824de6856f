import { objectsLike } from '../store/intake/objects.ts';
import { AccessUnknown } from './access.ts';
import type { BotContext } from './bot-context.ts';
import type { Incoming } from './port.ts';

/** Suggestions that a chat shows under a text field. */
const MOST_SUGGESTED = 25;

/** The survey's spelling of a typed prefix: `ztf25AAP` becomes `ZTF25aap`. */
const spelt = (begun: string): string => {
  const text = begun.trim();
  return text.slice(0, 3).toUpperCase() + text.slice(3).toLowerCase();
};

/**
 * Objects whose names begin with the typed text: labelled ones for `relabel`, else all stored ones. None for
 * people who may not label.
 */
export const suggestObjects = async (
  { db, chat }: Pick<BotContext, 'db' | 'chat'>,
  { person, word, begun }: Parameters<Incoming['suggest']>[0],
): Promise<readonly string[]> => {
  try {
    if (!(await chat.access.mayLabel(person))) return [];
  } catch (error) {
    if (error instanceof AccessUnknown) return [];
    throw error;
  }
  const name = spelt(begun);
  return objectsLike(db, word === 'relabel' ? 'labels' : 'objects', name, MOST_SUGGESTED);
};
