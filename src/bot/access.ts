/** Who is allowed: everyone in the channel, or these users and user groups. */
export type People = 'everyone' | { readonly users: readonly string[]; readonly groups: readonly string[] };

/** A person who clicks or types. */
export interface Actor {
  readonly id: string;
  /** The person's groups, if the chat sends them with the event; otherwise the chat is asked. */
  readonly groups?: readonly string[];
}

/** Who may label, and who may run the loop. */
export interface Access {
  /** @throws AccessUnknown if group membership is needed and the chat has never answered */
  mayLabel(actor: Actor): Promise<boolean>;
  /** @throws AccessUnknown if group membership is needed and the chat has never answered */
  mayOperate(actor: Actor): Promise<boolean>;
  readonly labellers: People;
  readonly operators: People;
}

/** Permission is unknown: the chat did not answer, and no earlier answer is stored. */
export class AccessUnknown extends Error {
  override name = 'AccessUnknown';
}
