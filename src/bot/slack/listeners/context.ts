import type { Logger } from 'pino';
import type { Access } from '../../access.ts';
import type { Incoming } from '../../port.ts';

/** What listeners need, passed in at registration. */
export interface ListenerContext {
  /** What clicks and words do. */
  readonly incoming: Incoming;
  readonly access: Access;
  /** The channel that cards are posted to. */
  readonly channel: string;
  readonly log: Logger;
  /** Runs a listener's work; a clean end waits for all of it. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
