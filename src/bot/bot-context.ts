import type { Logger } from 'pino';
import type { Status } from '../loop/digest/status.ts';
import type { Loop } from '../loop/loop.ts';
import type { PictureClient } from '../pictures/picture-client.ts';
import type { ModelType } from '../pipeline/learning/label-maps.ts';
import type { Db } from '../store/open-store.ts';
import type { AppHome } from './app-home.ts';
import type { PictureParts } from './message-pictures.ts';
import type { Chat, Incoming } from './port.ts';
import type { ReadOptions } from './readings/read-card.ts';
import type { Uploads } from './uploads.ts';

/** Actions that the service offers to commands. A command whose action is missing answers so. */
export interface Jobs {
  /** Pulls from the configured source; resolves to a sentence with the counts. */
  readonly pull?: () => Promise<string>;
  /** Resolves to all labels as CSV; empty without labels. */
  readonly labelsCsv?: () => Promise<string>;
}

/** Everything that clicks and commands need, passed in. */
export interface BotContext {
  readonly loop: Loop;
  readonly db: Db;
  readonly chat: Pick<Chat, 'channel' | 'access' | 'sendFile' | 'shows'>;
  readonly status: () => Promise<Status>;
  readonly jobs: Jobs;
  readonly pictures: PictureClient | null;
  readonly surroundings: PictureParts['surroundings'];
  readonly uploads: Uploads;
  readonly appHome: AppHome;
  /** Reads a person's Home page from the store. */
  readonly page: Incoming['page'];
  /** Options for reading cards. */
  readonly reading: ReadOptions;
  /** Labelling guidelines, Markdown. */
  readonly guidelines: string;
  /** The question that people answer. */
  readonly modelType: ModelType;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Tells the outbox that there may be messages to post. */
  readonly wake: () => void;
  /** Registers work that a shutdown waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
