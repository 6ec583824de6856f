import type { DecidedBy } from '../../loop/answers/record-answer.ts';
import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import type { AnswerValue, LabelRow } from '../../store/schema.ts';
import type { CardContent } from './card-content.ts';
import type { DigestContent } from './digest-content.ts';
import type { HeaderContent, ReminderContent } from './header-content.ts';
import type { HomeContent } from './home-content.ts';
import type { ObjectContent } from './object-content.ts';
import type { Figures, PictureId, PrivatePicture } from './picture.ts';
import type { PromotionContent } from './report/promotion-content.ts';
import type { ReportContent } from './report/report-content.ts';
import type { ReviewContent } from './review/review-content.ts';
import type { StatusContent } from './status-content.ts';

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

/** A channel message, with its key and facts that mark it as ours. */
export interface ChannelMessage {
  /** Names the message for good: `card:17`. */
  readonly key: string;
  readonly about: Readonly<Record<string, string | number>>;
  readonly said: Said;
}

/**
 * A private message. Texts are plain, with `code` in backticks and **bold**, which each chat converts; all other
 * markup is shown as it is.
 */
export type Note =
  | TextNote
  | RefusedNote
  /** The candidate was decided before the person answered. */
  | { readonly kind: 'late'; readonly late: LateAnswer }
  /** Asks an operator whether a message is in the channel. */
  | { readonly kind: 'doubt'; readonly doubt: Doubt };

export interface TextNote {
  readonly kind: 'text';
  readonly text: string;
}

/** The person may not do this: says who may, and whom to ask. */
export interface RefusedNote {
  readonly kind: 'refused';
  readonly what: 'label' | 'operate';
}

export interface Doubt {
  readonly messageId: number;
  /** The question, with **bold**. */
  readonly text: string;
}

export interface LateAnswer {
  readonly modelType: ModelType;
  readonly objectId: string;
  readonly candidateId: number;
  readonly given: AnswerValue;
  readonly by: DecidedBy;
  /** Whether the same person decided it. */
  readonly mine: boolean;
  /** Whether the answer means another class than the decision. */
  readonly differs: boolean;
}

/** The answer to a subcommand of `/finkvra`. */
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
      /** Link to its card; null if it has none. */
      readonly card: string | null;
    }
  /** A private file after a sentence. */
  | FileReply
  /** The person's open candidates, one by one. */
  | { readonly kind: 'review'; readonly review: ReviewContent }
  /** The form for a correction. */
  | { readonly kind: 'relabel'; readonly label: LabelRow; readonly modelType: ModelType };

/** Replies that are forms, which a chat opens on top. */
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

/** What the help text says of a subcommand. */
export interface WordHelp {
  readonly word: string;
  /** Its arguments, such as `<objectId>`; '' for none. */
  readonly usage: string;
  readonly what: string;
  /** `operate`: only operators. */
  readonly who: 'anyone' | 'label' | 'operate';
}

export interface UnknownWord {
  readonly word: string;
  /** The subcommand that was probably meant. */
  readonly nearest: string | null;
}

/** A setting as Home shows it. */
export interface SettingInForce {
  readonly name: string;
  readonly value: string;
}

/** One person's whole Home page. */
export interface HomePage {
  readonly home: HomeContent;
  /** Accuracy by round, if a report has brought the picture to the channel. */
  readonly picture: PictureId | null;
  /** Link to the last report; null if unknown. */
  readonly report: string | null;
  /** Labelling guidelines, Markdown. */
  readonly guidelines: string;
  readonly settings: readonly SettingInForce[];
}
