import type { Logger } from 'pino';
import type { Note } from '../../content/said.ts';
import type { Incoming, Person, Place } from '../../port.ts';
import type { Attachments, Sendable } from '../attachments.ts';
import type { Rights } from '../messages/note-message.ts';
import type { Responder } from './respond.ts';

/** What the handling of interactions needs, passed in. */
export interface InteractionContext {
  readonly incoming: Incoming;
  readonly rights: () => Rights;
  readonly attachments: Attachments;
  /** A click was acknowledged as one that changes the message it was made on. */
  readonly clicked: (place: Place, applicationId: string, token: string) => void;
  /** Says something by a direct message, where the interaction's own way is closed. */
  readonly tell: (personId: string, note: Note) => Promise<void>;
  readonly log: Logger;
}

/** One interaction, as its handler takes it. */
export interface Taken {
  readonly person: Person;
  readonly responder: Responder;
  /** Discord's own name of it, the same when it is delivered again. */
  readonly id: string;
  /** Its 3 seconds may be over: nothing but an answer is done before Discord has taken an acknowledgement. */
  readonly replayed: boolean;
  /** What was said by a handler, ready to be sent. */
  readonly note: (note: Note) => Sendable;
}
