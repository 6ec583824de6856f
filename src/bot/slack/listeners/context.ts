import type { Logger } from 'pino';
import type { Access } from '../../access.ts';
import type { FileReply } from '../../content/said.ts';
import type { Incoming } from '../../port.ts';
import type { PrivateNotes } from './private-notes.ts';

/** What listeners need, passed in at registration. A shutdown waits until every listener has resolved. */
export interface ListenerContext {
  /** What clicks and commands do. */
  readonly incoming: Incoming;
  readonly access: Access;
  readonly notes: PrivateNotes;
  /** Sends a file to one person by direct message. */
  readonly sendFile: (person: string, reply: FileReply) => Promise<void>;
  readonly log: Logger;
  /** Aborted when the bot takes nothing more: nobody is answered again and again then. */
  readonly stopping: AbortSignal;
  /** Marks an acknowledgement as withheld on purpose; see `Gate`. */
  readonly withhold: (ack: object) => void;
}
