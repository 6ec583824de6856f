import type { DecidedBy } from '../../loop/answers/record-answer.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerValue, LabelRow } from '../../store/schema.ts';
import type { CardContent } from './card-content.ts';
import type { DigestContent } from './digest-content.ts';
import type { HeaderContent, ReminderContent } from './header-content.ts';
import type { HomeContent } from './home-content.ts';
import type { ObjectContent } from './object-content.ts';
import type { PromotionContent } from './report/promotion-content.ts';
import type { ReportContent } from './report/report-content.ts';
import type { ReviewContent } from './review/review-content.ts';
import type { StatusContent } from './status-content.ts';

/** A picture that the chat has: its id there. */
export type PictureId = string;

/** What a message in the channel says. */
export type Said =
  | { readonly kind: 'header'; readonly header: HeaderContent }
  | { readonly kind: 'card'; readonly card: CardContent; readonly picture: PictureId | null }
  | { readonly kind: 'report'; readonly report: ReportContent; readonly picture: PictureId | null }
  | { readonly kind: 'report_details'; readonly report: ReportContent }
  | { readonly kind: 'digest'; readonly digest: DigestContent; readonly picture: PictureId | null }
  | { readonly kind: 'digest_details'; readonly digest: DigestContent }
  | { readonly kind: 'reminder'; readonly reminder: ReminderContent }
  | { readonly kind: 'promotion'; readonly promotion: PromotionContent };

/** A message of the channel, with what marks it as ours and says what it is about. */
export interface ChannelMessage {
  /** Names it once and for all: `card:17`. */
  readonly key: string;
  readonly about: Readonly<Record<string, string | number>>;
  readonly said: Said;
}

/**
 * What is said to one person alone. Texts are plain but for `code` between backticks and **bold**, which
 * each chat writes in its own way; whatever else looks like markup is text.
 */
export type Note =
  | TextNote
  | RefusedNote
  /** They answered a candidate that was decided already. */
  | { readonly kind: 'late'; readonly late: LateAnswer }
  /** Whether a message is in the channel, which nobody but a person can see. */
  | { readonly kind: 'doubt'; readonly doubt: Doubt };

export interface TextNote {
  readonly kind: 'text';
  readonly text: string;
}

/** They may not do this: who may, and whom to ask. */
export interface RefusedNote {
  readonly kind: 'refused';
  readonly what: 'label' | 'operate';
}

export interface Doubt {
  readonly messageId: number;
  /** What is asked, with **bold**. */
  readonly text: string;
}

export interface LateAnswer {
  readonly modelType: ModelType;
  readonly objectId: string;
  readonly candidateId: number;
  readonly given: AnswerValue;
  readonly by: DecidedBy;
  /** Whether the decision is by the same person. */
  readonly mine: boolean;
  /** Whether the answer teaches something else than what was decided. */
  readonly differs: boolean;
}

/** The answer to a word of `/finkvra`. */
export type Reply =
  | TextNote
  | RefusedNote
  | { readonly kind: 'help'; readonly words: readonly WordHelp[]; readonly unknown: UnknownWord | null }
  | { readonly kind: 'status'; readonly status: StatusContent }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | {
      readonly kind: 'object';
      readonly object: ObjectContent;
      readonly picture: PrivatePicture;
      /** The address of its card in the channel; null where it has none. */
      readonly card: string | null;
    }
  /** A file for that person alone, with a sentence before it. */
  | FileReply
  /** What waits for them, one after the other. */
  | { readonly kind: 'review'; readonly review: ReviewContent }
  /** A form that asks for the right label. */
  | { readonly kind: 'relabel'; readonly label: LabelRow; readonly modelType: ModelType };

/** Those that are forms, which a chat opens over what somebody looks at. */
export type FormReply = Extract<Reply, { readonly kind: 'review' | 'relabel' }>;

export interface FileReply {
  readonly kind: 'file';
  readonly file: SaidFile;
  readonly text: string;
}

export interface SaidFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** A table of figures, or a picture of them where the chat has it. */
export interface Figures {
  readonly title: string;
  /** Monospaced. */
  readonly table: string;
  readonly picture: PictureId | null;
  /** What the picture shows. */
  readonly pictured: string;
  readonly note: string;
}

/** A picture in a private answer: shown in it, sent to the person beside it, or not to be had. */
export type PrivatePicture =
  | { readonly kind: 'shown'; readonly id: PictureId }
  | { readonly kind: 'sent' }
  | { readonly kind: 'none' };

/** What help says of a word. */
export interface WordHelp {
  readonly word: string;
  /** What follows it, such as `<objectId>`; '' for nothing. */
  readonly usage: string;
  readonly what: string;
  /** `operate`: only those who may run the loop. */
  readonly who: 'anyone' | 'label' | 'operate';
}

export interface UnknownWord {
  readonly word: string;
  /** The one that was probably meant. */
  readonly nearest: string | null;
}

/** A setting in force, as Home shows it. */
export interface SettingInForce {
  readonly name: string;
  readonly value: string;
}

/** One person's Home page, whole. */
export interface HomePage {
  readonly home: HomeContent;
  /** Picture of the accuracy over the rounds, where a report has brought it to the channel. */
  readonly picture: PictureId | null;
  /** The address of the last report; null while it is not known. */
  readonly report: string | null;
  /** How to label, in Markdown. */
  readonly guidelines: string;
  readonly settings: readonly SettingInForce[];
}
