import type { Logger } from 'pino';
import type { Loop } from '../../loop/loop.ts';
import type { Status } from '../../loop/status.ts';

/** What listeners need, passed in at registration. */
export interface ListenerContext {
  readonly loop: Loop;
  readonly status: () => Promise<Status>;
  readonly log: Logger;
  /** Runs a listener's work; a clean end waits for all of it. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
