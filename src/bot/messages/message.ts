import type { KnownBlock } from '@slack/types';

/** A message as Slack takes it: `text` is what notifications and screen readers get. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A message drawn from the store, with what its metadata says that it is about. */
export interface DrawnMessage extends SlackMessage {
  readonly about: Readonly<Record<string, string>>;
}
