import type { BotContext } from '../bot-context.ts';
import type { Reply, WordHelp } from '../content/said.ts';
import type { Person } from '../port.ts';

export interface Asked {
  readonly person: Person;
  /** The arguments. */
  readonly rest: string;
}

/** A subcommand of `/finkvra`; `who` says who may use it. */
export interface Word extends WordHelp {
  readonly answer: (asked: Asked, context: BotContext) => Promise<Reply>;
}

/** A reply of plain text with `code` and **bold**. */
export const text = (said: string): Reply => ({ kind: 'text', text: said });
