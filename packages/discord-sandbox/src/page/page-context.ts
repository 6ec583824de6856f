import { createContext, useContext } from 'react';
import type { PageState } from '../page-protocol.ts';

/** What all parts of the page may use. */
export interface PageContext {
  readonly state: PageState;
  /** The open channel or thread. */
  readonly channel: string;
  readonly openChannel: (id: string) => void;
  /** Runs an action and shows an error if it fails. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>;
  readonly showPicture: (picture: Picture) => void;
}

/** An enlarged picture. */
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

/** A person's name beside messages. */
export const nameOf = (id: string, { members }: PageState): string =>
  members.find((member) => member.id === id)?.displayName ?? 'Deleted User';
