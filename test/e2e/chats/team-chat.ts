import type { ChatConfig } from '../../../src/config/config.ts';
import type { AnswerValue } from '../../../src/store/schema.ts';

/** Somebody of the team. */
export type Who = 'vera' | 'chandra' | 'cecilia';
export const TEAM: readonly Who[] = ['vera', 'chandra', 'cecilia'];

/** A message that everybody sees, as it was when it was looked at. */
export interface Seen {
  readonly id: string;
  readonly kind: 'card' | 'header' | 'report' | 'other';
  /** The number of the round that it is of; null for none. */
  readonly round: number | null;
  /** The object that a card is about. */
  readonly object: string | null;
  /** Whether a card can be answered. */
  readonly open: boolean;
  readonly hasPicture: boolean;
  /** All that stands in it. */
  readonly text: string;
}

/** What becomes of a click: the app took it, did not answer in time, or was not there. */
export type Outcome = 'taken' | 'timeout' | 'not connected';

/** What a team sees and does in a chat, whichever that is. */
export interface TeamChat {
  /** How the bot gets in: in this process, or by the environment of another one. */
  readonly config: ChatConfig;
  readonly settings: Readonly<Record<string, string>>;
  /** How the store names somebody. */
  personId(who: Who): string;
  /** Messages of the channel and its threads, oldest first. */
  messages(): Seen[];
  /** What somebody was told alone, oldest first. */
  notes(who: Who): string[];
  /** Sessions by which clicks can arrive. */
  connections(): number;
  /** @param stale on a screen that has not caught up: the button may not be there any more */
  answer(who: Who, card: Seen, answer: AnswerValue, stale?: boolean): Promise<Outcome>;
  undo(who: Who, card: Seen): Promise<Outcome>;
  /** By the menu of a decided card. */
  disagree(who: Who, card: Seen, answer: AnswerValue): Promise<Outcome>;
  /** By the button of the last private note. */
  standBy(who: Who): Promise<Outcome>;
  command(who: Who, word: string, rest?: string): Promise<void>;
  /** Fills in the form that corrects a label, and hands it in. */
  correct(who: Who, answer: AnswerValue, note: string): Promise<void>;
  /** An administrator deletes a message. */
  delete(message: Seen): Promise<void>;
  /** Faults, until they are used up or `recover` is called. */
  readonly faults: {
    /** Posts are carried out, and their answers lost. */
    losePosts(count: number): Promise<void>;
    limitPosts(count: number, seconds: number): Promise<void>;
    limitChanges(count: number, seconds: number): Promise<void>;
    /** Nothing posted can be changed, by no way. */
    refuseChanges(): Promise<void>;
    dropConnections(): Promise<void>;
    /** The chat is away for so long. */
    goAway(ms: number): Promise<void>;
    /** The bot may not post in its channel any more, or may again. */
    mayPost(may: boolean): Promise<void>;
    recover(): Promise<void>;
  };
  stop(): Promise<void>;
}

/** A chat of its own for each test. @param options.clock the chat's time, which is not ours */
export type OpenChat = (options?: { readonly clock?: () => Date }) => Promise<TeamChat>;
