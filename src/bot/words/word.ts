import type { WebClient } from '@slack/web-api';
import type { ListenerContext } from '../slack/listeners/context.ts';
import type { SlackMessage } from '../slack/messages/message.ts';

export interface Asked {
  readonly userId: string;
  readonly userName: string;
  /** What stands after the word. */
  readonly rest: string;
  readonly triggerId: string;
  readonly client: WebClient;
}

/** One word that `/finkvra` understands. */
export interface Word {
  readonly word: string;
  /** What follows it, such as `<objectId>`; '' for nothing. */
  readonly usage: string;
  readonly what: string;
  /** `operate`: only those who may run the loop. */
  readonly who: 'anyone' | 'label' | 'operate';
  /** The private answer; null where there is nothing to say (a modal was opened). */
  readonly answer: (asked: Asked, context: ListenerContext) => Promise<string | SlackMessage | null>;
}
