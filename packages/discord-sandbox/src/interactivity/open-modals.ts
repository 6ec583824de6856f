import type { JsonObject } from 'sandbox-kit/json';

/** A person's open modal. */
export interface OpenModal {
  readonly customId: string;
  readonly title: string;
  readonly components: readonly JsonObject[];
  readonly channel: string;
  /** The message with the component that opened it. */
  readonly source: string | undefined;
}

/** Each person's open modal; Discord shows one at a time. */
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
