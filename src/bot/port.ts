import type { Remark } from '../loop/answers/record-answer.ts';
import type { AnswerValue } from '../store/schema.ts';
import type { Access, Actor } from './access.ts';
import type { PictureId } from './content/picture.ts';
import type { RemarkForm } from './content/review/remark-content.ts';
import type { ReviewContent, ReviewPlace } from './content/review/review-content.ts';
import type { ChannelMessage, HomePage, Note, Reply, SaidFile } from './content/said.ts';

/**
 * The port between the bot and a chat. The bot (outbox, Home, commands, notes) says what to show; a chat
 * (`slack/`, `discord/`) draws it and passes on what people do. Ids of messages, people and files are the chat's
 * own text; nothing is computed from them.
 */
export interface Chat {
  /** The loop's channel, as configured. */
  readonly channel: string;
  /** Sustained posts a second per channel; a burst may be five times as many. */
  readonly postsPerSecond: number;
  /** Who may label and who may run the loop. */
  readonly access: Access;
  /**
   * Starts to pass on what people do.
   * @throws FinkvraError if the chat refuses the bot
   */
  connect(incoming: Incoming): Promise<void>;
  /** Resolves when messages can be posted, or when waiting longer would not help. */
  ready(): Promise<void>;
  /** The chat's id of the team, once it has answered; null after the bot stops asking. */
  team(): Promise<string | null>;
  /** Takes no more events; resolves when all work has ended. */
  disconnect(): Promise<void>;
  /** Posts a message; one try. A failure goes to `refusal`. @returns the message's place */
  post(message: ChannelMessage, to: Destination): Promise<Place>;
  /**
   * Whether a message can be changed even while the chat limits updates: a recent click on it gives a way around
   * the limit.
   */
  changesFreely(place: Place): boolean;
  /** Changes a posted message; one try. @param thread the message in whose thread it is */
  update(place: Place, message: ChannelMessage, thread: string | null): Promise<void>;
  /** Our own messages in a channel or thread, to find a post that was never confirmed. */
  find(where: Search): Promise<readonly FoundMessage[]>;
  /** Deletes a message of ours. Does nothing if it is gone. */
  remove(place: Place, thread: string | null): Promise<void>;
  /** Whether a message of ours is still where it was posted. @throws if the look fails */
  stands(place: Place, thread: string | null): Promise<boolean>;
  /** Ids of the known operators; null if everyone is one. */
  operators(): Promise<readonly string[] | null>;
  /** Whether a person belongs to this chat: the store may hold people of another one. */
  isOurs(personId: string): boolean;
  /** Sends a note to one person, privately. */
  tell(personId: string, note: Note): Promise<void>;
  /** Sends a file to one person, after a sentence. */
  sendFile(personId: string, file: SaidFile, words: string): Promise<void>;
  /** Uploads a picture. @returns its id, for use in messages */
  upload(file: SaidFile, signal: AbortSignal): Promise<PictureId>;
  /**
   * Whether an uploaded picture can be shown without another upload: in the message at `place`, or in a new one.
   */
  keeps(picture: PictureId, place: Place | null, thread: string | null): Promise<boolean>;
  /**
   * Whether somebody has deleted a picture that messages show. Asks the chat; rejects if it does not answer.
   */
  lost(picture: PictureId): Promise<boolean>;
  /**
   * Whether people can see an uploaded picture outside of a post: on Home, in a form, in a private answer.
   * Answers soon; never throws.
   */
  shows(picture: PictureId): Promise<boolean>;
  /** Shows a person their Home page; one try. Null if the chat has no such pages. */
  readonly showHome: ((personId: string, page: HomePage) => Promise<void>) | null;
  /** The link to a message; null if it is not known yet. */
  linkTo(place: Place, thread: string | null): Promise<string | null>;
  /** What a failed call means. Never throws; an error that it does not know is `unsure`. */
  refusal(error: unknown): Refusal;
}

/** Where a message is. */
export interface Place {
  readonly channel: string;
  /** The chat's id of the message, unique in its channel. */
  readonly id: string;
}

export interface Destination {
  readonly channel: string;
  /** The message in whose thread it goes; null for the channel itself. */
  readonly thread: string | null;
}

export interface Search extends Destination {
  /** Only messages newer than this one; null: all since `since`. */
  readonly after: string | null;
  /** ISO 8601, by our clock. */
  readonly since: string;
}

export interface FoundMessage {
  readonly key: string;
  readonly place: Place;
}

/** What a failed call means for the message. */
export type Refusal =
  /** The content is at fault: the same message would be refused again. */
  | { readonly kind: 'content' }
  /** The message to change, or its thread, is gone. */
  | { readonly kind: 'gone' }
  /** The message is there but can no longer be changed. */
  | { readonly kind: 'fixed' }
  /** Not done, for a reason of the channel or of the whole chat. */
  | { readonly kind: 'refused'; readonly advice: string }
  /** Unknown whether it was done. */
  | { readonly kind: 'unsure' }
  /** Not done; retry after this many seconds. */
  | { readonly kind: 'limited'; readonly seconds: number };

export interface Person extends Actor {
  readonly name: string;
}

/** Somebody pressed a button. */
export interface Click {
  readonly person: Person;
  /** The chat's id of the click, the same when delivered again; null if it has none. */
  readonly click: string | null;
  /** The clicked message; null if the chat does not say. */
  readonly on: Place | null;
}

export interface Answered extends Click {
  readonly candidateId: number;
  readonly answer: AnswerValue;
  /** Comment and confidence; absent after a press of a button. */
  readonly remark?: Remark;
}

/** What a person does with the candidate that their review shows. */
export type ReviewAct =
  | ({ readonly kind: 'answer' } & Pick<Answered, 'candidateId' | 'answer' | 'click' | 'remark'>)
  /** Undoes the answer; the candidate is shown again. */
  | { readonly kind: 'undo'; readonly candidateId: number; readonly click: string | null }
  /** Postpones the candidate to the end. */
  | { readonly kind: 'later'; readonly candidateId: number };

export interface ReviewStep {
  readonly person: Person;
  /** The position from the last step; null at the beginning. */
  readonly place: ReviewPlace | null;
  /** Null: nothing yet. */
  readonly did: ReviewAct | null;
}

/** The next step of a review, or a note that says why there is none. */
export type Reviewed = { readonly review: ReviewContent } | { readonly note: Note };

/** A private note to the person; null if the channel shows the result. */
export interface Outcome {
  readonly note: Note | null;
}

/** What people do, in no chat's terms. Each method resolves once the store has it. */
export interface Incoming {
  answer(given: Answered): Promise<Outcome>;
  undo(given: Click & { readonly candidateId: number }): Promise<Outcome>;
  disagree(given: Answered): Promise<Outcome>;
  /** Makes the model of a round the champion. */
  promote(given: { readonly person: Person; readonly round: number }): Promise<Outcome>;
  /** An operator says whether an unconfirmed message is in the channel. */
  settle(given: {
    readonly person: Person;
    readonly messageId: number;
    readonly there: boolean;
  }): Promise<Outcome>;
  /** Corrects a label. If `kept` is false the form stays open and shows `why`. */
  relabel(given: {
    readonly person: Person;
    readonly objectId: string;
    readonly answer: AnswerValue;
    readonly note: string | null;
  }): Promise<{ readonly kept: true; readonly note: Note } | { readonly kept: false; readonly why: string }>;
  /** Starts a review, or takes a step in it. */
  review(given: ReviewStep): Promise<Reviewed>;
  /** Opens the form for an answer with a comment; the form then sends an `answer` with a remark. */
  remark(given: {
    readonly person: Person;
    readonly candidateId: number;
  }): Promise<{ readonly form: RemarkForm } | { readonly note: Note }>;
  /** Labelling guidelines, Markdown. */
  guidelines(): string;
  /** Runs a subcommand of `/finkvra` with its arguments; the reply is private. */
  word(given: { readonly person: Person; readonly text: string }): Promise<Reply>;
  /** Stores a person's display name, which the chat looks up when they first act. */
  named(person: Person): Promise<void>;
  /** A person opened their Home page in a chat that keeps it: keep it up to date from now on. */
  home(person: Pick<Person, 'id'>): Promise<void>;
  /** Reads a person's Home page once. */
  page(person: Actor): Promise<HomePage>;
  /** Suggests objects while a person types a name after a command; none for those who may not see them. */
  suggest(given: {
    readonly person: Person;
    readonly word: string;
    readonly begun: string;
  }): Promise<readonly string[]>;
}
