import { createContext, useContext } from 'react';
import type { PageState } from '../page-protocol.ts';

/** What every part of the page may need. */
export interface PageContext {
  readonly state: PageState;
  /** The channel or thread that is open. */
  readonly channel: string;
  readonly openChannel: (id: string) => void;
  /** Does something and shows a sentence where it fails. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>;
  readonly showPicture: (picture: Picture) => void;
}

/** A picture shown large. */
export interface Picture {
  readonly src: string;
  readonly alt: string;
}

const Context = createContext<PageContext | null>(null);

export const PageProvider = Context.Provider;

export const usePage = (): PageContext => {
  const context = useContext(Context);
  if (context === null) throw new Error('this part of the page stands outside of it');
  return context;
};

/** How somebody is named beside their messages. */
export const nameOf = (id: string, { members }: PageState): string =>
  members.find((member) => member.id === id)?.displayName ?? 'Deleted User';
