import type { JsonObject } from 'sandbox-kit/json';

/** A modal that the app opened for somebody. */
export interface OpenModal {
  readonly customId: string;
  readonly title: string;
  readonly components: readonly JsonObject[];
  readonly channel: string;
  /** The message whose component it came from. */
  readonly source: string | undefined;
}

/** What each person has open; Discord shows one modal at a time. */
export interface OpenModals {
  readonly of: (user: string) => OpenModal | undefined;
  readonly open: (user: string, modal: OpenModal) => void;
  readonly close: (user: string) => void;
}

export const createOpenModals = (onChange: (user: string) => void): OpenModals => {
  const open = new Map<string, OpenModal>();
  return {
    of: (user) => open.get(user),
    open: (user, modal) => {
      open.set(user, modal);
      onChange(user);
    },
    close: (user) => {
      if (open.delete(user)) onChange(user);
    },
  };
};
