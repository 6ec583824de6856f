import { createContext, useContext } from 'react';
import type { Choice, PlacedElement } from '../interactivity/elements.ts';
import type { StoredMessage } from '../workspace/types.ts';
import type { BlockContext } from './blocks/element-parts.ts';
import type { Model } from './use-workspace.ts';

/** An enlarged picture. */
export interface Picture {
  readonly src: string;
  readonly alt: string;
}

/** What all parts of the page may use. */
export interface PageContext {
  readonly model: Model;
  readonly blocks: BlockContext;
  /** The ts of the card with keyboard focus. */
  readonly focused: string | null;
  readonly focus: (ts: string) => void;
  readonly actOn: (message: StoredMessage, placed: PlacedElement, choice: Choice) => Promise<void>;
  readonly dismiss: (message: StoredMessage) => void;
  readonly openThread: (ts: string) => void;
  /** Scrolls to the end of the list, to a command's answer. */
  readonly showNewest: () => void;
  /** Counts the calls of showNewest. */
  readonly newestWanted: number;
  readonly showPicture: (picture: Picture) => void;
  /** Shows a sentence for some seconds. */
  readonly tell: (text: string) => void;
}

const Context = createContext<PageContext | null>(null);

export const PageProvider = Context.Provider;

export const usePage = (): PageContext => {
  const context = useContext(Context);
  if (context === null) throw new Error('this part of the page stands outside of it');
  return context;
};
