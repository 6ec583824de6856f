import { objectsLike } from '../store/intake/objects.ts';
import { AccessUnknown } from './access.ts';
import type { BotContext } from './bot-context.ts';
import type { Incoming } from './port.ts';

/** What a chat has room for under the field in which a name is typed. */
const MOST_SUGGESTED = 25;

/** The beginning of a name as the surveys spell it: `ztf25AAP` is `ZTF25aap`. */
const spelt = (begun: string): string => {
  const text = begun.trim();
  return text.slice(0, 3).toUpperCase() + text.slice(3).toLowerCase();
};

/**
 * Objects whose names begin as somebody has begun to type: labelled ones where a label is to be corrected, else
 * all that are stored. Whoever may not label sees none.
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
