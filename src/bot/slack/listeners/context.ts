import type { Logger } from 'pino';
import type { Access } from '../../access.ts';
import type { Incoming } from '../../port.ts';
import type { PrivateNotes } from './private-notes.ts';

/** What listeners need, passed in at registration. A clean end waits until every listener has resolved. */
export interface ListenerContext {
  /** What clicks and words do. */
  readonly incoming: Incoming;
  readonly access: Access;
  readonly notes: PrivateNotes;
  readonly log: Logger;
  /** Marks an acknowledgement as withheld on purpose; see `Gate`. */
  readonly withhold: (ack: object) => void;
}
