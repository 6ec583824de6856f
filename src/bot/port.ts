import type { Remark } from '../loop/answers/record-answer.ts';
import type { AnswerValue } from '../store/schema.ts';
import type { Access, Actor } from './access.ts';
import type { RemarkForm } from './content/review/remark-content.ts';
import type { ReviewContent, ReviewPlace } from './content/review/review-content.ts';
import type { ChannelMessage, HomePage, Note, PictureId, Reply, SaidFile } from './content/said.ts';

/**
 * The port between the bot and a chat. Everything above it (outbox, Home, words, notes) says what is to be
 * said; a chat (`slack/`) draws it, and hands in what people do. Ids of messages, people and files are the
 * chat's own, kept as text and never computed with.
 */
export interface Chat {
  /** The channel in which the loop lives, as the configuration names it. */
  readonly channel: string;
  /** How many messages a second a channel takes for good; five times as many at once. */
  readonly postsPerSecond: number;
  /** Who may label and who may run the loop. */
  readonly access: Access;
  /**
   * Takes what people do from now on.
   * @throws FinkvraError when the chat does not let the bot in
   */
  connect(incoming: Incoming): Promise<void>;
  /** Resolves when messages can be posted, as far as that can be had. */
  ready(): Promise<void>;
  /** The chat's own name of the team, once it has answered; null when it is not asked any more. */
  team(): Promise<string | null>;
  /** Takes nothing more; resolves when nothing is under way. */
  disconnect(): Promise<void>;
  /** Makes one try to post; a failure is for `refusal` to read. @returns where it stands */
  post(message: ChannelMessage, to: Destination): Promise<Place>;
  /**
   * Whether a message can be changed now though the chat has asked to wait with changes: somebody has just
   * clicked on it, and the chat lets an answer to a click through.
   */
  changesFreely(place: Place): boolean;
  /** Changes a posted message; one try. @param thread the message in whose thread it stands */
  update(place: Place, message: ChannelMessage, thread: string | null): Promise<void>;
  /** Our own messages in a channel or thread: what a post whose answer was lost is looked for in. */
  find(where: Search): Promise<readonly FoundMessage[]>;
  /** Takes a message of ours away; one that is not there any more is no error. */
  remove(place: Place, thread: string | null): Promise<void>;
  /** Whether a message of ours is where it was posted; a failed look throws. */
  stands(place: Place, thread: string | null): Promise<boolean>;
  /** Those who run the loop, by id, as far as they are known; null where everybody may. */
  operators(): Promise<readonly string[] | null>;
  /** Whether a person is of this chat: the store may have worked for another one before. */
  isOurs(personId: string): boolean;
  /** Says something to one person, outside of the channel. */
  tell(personId: string, note: Note): Promise<void>;
  /** Sends a file to one person, with a sentence before it. */
  sendFile(personId: string, file: SaidFile, words: string): Promise<void>;
  /** Gives a picture to the chat. @returns its id, for messages to show it by */
  upload(file: SaidFile, signal: AbortSignal): Promise<PictureId>;
  /**
   * Whether a picture given to it before can stand in a message without being given again: in the one at that
   * place, or in a new one.
   */
  keeps(picture: PictureId, place: Place | null, thread: string | null): Promise<boolean>;
  /**
   * Whether people see an uploaded picture where nothing is posted: on their Home page, in a form, in a private
   * answer. Soon, and never throws.
   */
  shows(picture: PictureId): Promise<boolean>;
  /** Shows a person their Home page, one try; null where the chat has no such pages. */
  readonly showHome: ((personId: string, page: HomePage) => Promise<void>) | null;
  /** The address of a message, for links to it; null while it is not known. */
  linkTo(place: Place, thread: string | null): Promise<string | null>;
  /** What a failed call means. Never throws: what it does not know is `unsure`. */
  refusal(error: unknown): Refusal;
}

/** Where a message stands. */
export interface Place {
  readonly channel: string;
  /** The chat's own name of it, unique in its channel. */
  readonly id: string;
}

export interface Destination {
  readonly channel: string;
  /** The message in whose thread it goes; null for the channel itself. */
  readonly thread: string | null;
}

export interface Search extends Destination {
  /** Only messages younger than this one; null: all since `since`. */
  readonly after: string | null;
  /** ISO 8601, by our own clock. */
  readonly since: string;
}

export interface FoundMessage {
  readonly key: string;
  readonly place: Place;
}

/** What a failed call means for what it was about. */
export type Refusal =
  /** The message itself is at fault: the same one will be refused again. */
  | { readonly kind: 'content' }
  /** The message that was to be changed, or its thread, is not there any more. */
  | { readonly kind: 'gone' }
  /** The message is there and cannot be changed any more. */
  | { readonly kind: 'fixed' }
  /** It was not carried out, for a reason that concerns the channel or the whole chat. */
  | { readonly kind: 'refused'; readonly advice: string }
  /** It may or may not have been carried out. */
  | { readonly kind: 'unsure' }
  /** It was not carried out; not before this many seconds. */
  | { readonly kind: 'limited'; readonly seconds: number };

export interface Person extends Actor {
  readonly name: string;
}

/** Somebody pressed a button. */
export interface Click {
  readonly person: Person;
  /** The chat's own name of the click, the same when it is delivered again; null where there is none. */
  readonly click: string | null;
  /** The message that they clicked on; null where the chat does not say. */
  readonly on: Place | null;
}

export interface Answered extends Click {
  readonly candidateId: number;
  readonly answer: AnswerValue;
  /** What they say with it; absent where they pressed a button, which says nothing. */
  readonly remark?: Remark;
}

/** What somebody does in their review with the candidate that they see. */
export type ReviewAct =
  | ({ readonly kind: 'answer' } & Pick<Answered, 'candidateId' | 'answer' | 'click' | 'remark'>)
  /** Takes their answer back; the candidate is shown again. */
  | { readonly kind: 'undo'; readonly candidateId: number; readonly click: string | null }
  /** Passes it over: it comes again after the others. */
  | { readonly kind: 'later'; readonly candidateId: number };

export interface ReviewStep {
  readonly person: Person;
  /** Where they are, as the last step said; null where they begin. */
  readonly place: ReviewPlace | null;
  /** Null: nothing yet. */
  readonly did: ReviewAct | null;
}

/** The next step of a review, or why there is none. */
export type Reviewed = { readonly review: ReviewContent } | { readonly note: Note };

/** What to say to whoever did it, and to them alone; null where the channel shows it. */
export interface Outcome {
  readonly note: Note | null;
}

/** What people do, in no chat's language. Each resolves once the store has it. */
export interface Incoming {
  answer(given: Answered): Promise<Outcome>;
  undo(given: Click & { readonly candidateId: number }): Promise<Outcome>;
  disagree(given: Answered): Promise<Outcome>;
  /** Makes the model of a round the champion. */
  promote(given: { readonly person: Person; readonly round: number }): Promise<Outcome>;
  /** An operator has looked for a message that nobody was sure of. */
  settle(given: {
    readonly person: Person;
    readonly messageId: number;
    readonly there: boolean;
  }): Promise<Outcome>;
  /** Corrects a label; `kept` false: the form stays open and says why. */
  relabel(given: {
    readonly person: Person;
    readonly objectId: string;
    readonly answer: AnswerValue;
    readonly note: string | null;
  }): Promise<{ readonly kept: true; readonly note: Note } | { readonly kept: false; readonly why: string }>;
  /** Somebody goes through what waits for them: they begin, or did something with the candidate that they see. */
  review(given: ReviewStep): Promise<Reviewed>;
  /** Somebody wants to say something with their answer; the form then hands in an `answer` with a remark. */
  remark(given: {
    readonly person: Person;
    readonly candidateId: number;
  }): Promise<{ readonly form: RemarkForm } | { readonly note: Note }>;
  /** How to label, in Markdown, for whoever asks on a card. */
  guidelines(): string;
  /** A word of `/finkvra` with what follows it; the answer is for that person alone. */
  word(given: { readonly person: Person; readonly text: string }): Promise<Reply>;
  /** The chat has found out what name somebody shows; it is asked when they do something for the first time. */
  named(person: Person): Promise<void>;
  /** Somebody opened their Home page, which the chat keeps: it is drawn there from now on. */
  home(person: Pick<Person, 'id'>): Promise<void>;
  /** Somebody asks for their Home page once. */
  page(person: Actor): Promise<HomePage>;
  /** Objects that somebody may mean who has begun to type a name after a word; none where they may not see them. */
  suggest(given: {
    readonly person: Person;
    readonly word: string;
    readonly begun: string;
  }): Promise<readonly string[]>;
}
