/** Who may do something: everyone in the channel, or these people and user groups. */
export type People = 'everyone' | { readonly users: readonly string[]; readonly groups: readonly string[] };

/** Somebody who does something. */
export interface Actor {
  readonly id: string;
  /** The groups they are in, where the chat says so with what they do; where not, it is asked. */
  readonly groups?: readonly string[];
}

/** Who may label, and who may run the loop. */
export interface Access {
  /** @throws AccessUnknown while the chat has not said once who is in a group */
  mayLabel(actor: Actor): Promise<boolean>;
  /** @throws AccessUnknown while the chat has not said once who is in a group */
  mayOperate(actor: Actor): Promise<boolean>;
  readonly labellers: People;
  readonly operators: People;
}

/** It cannot be said who may: the chat did not answer, and no earlier answer is kept. */
export class AccessUnknown extends Error {
  override name = 'AccessUnknown';
}
