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
  /** A click was acknowledged as one that updates its message. */
  readonly clicked: (place: Place, applicationId: string, token: string) => void;
  /** Sends a direct message, if the interaction can no longer be answered. */
  readonly tell: (personId: string, note: Note) => Promise<void>;
  readonly log: Logger;
}

/** One interaction, as its handler gets it. */
export interface Taken {
  readonly person: Person;
  readonly responder: Responder;
  /** Discord's id of it, the same when delivered again. */
  readonly id: string;
  /** Its 3 seconds may be over: nothing is done before Discord takes an acknowledgement, except storing answers. */
  readonly replayed: boolean;
  /** A handler's message, ready to send. */
  readonly note: (note: Note) => Sendable;
}
