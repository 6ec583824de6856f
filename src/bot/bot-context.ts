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

/** What the service can do besides answering; what is not offered here is said so in the channel. */
export interface Jobs {
  /** Pulls from the configured source; resolves to what came in, in words. */
  readonly pull?: () => Promise<string>;
  /** All labels as CSV. */
  readonly labelsCsv?: () => Promise<string>;
}

/** What the handling of clicks and words needs, passed in. */
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
  /** A person's Home page as the store has it. */
  readonly page: Incoming['page'];
  /** What cards are read with. */
  readonly reading: ReadOptions;
  /** How to label, in Markdown. */
  readonly guidelines: string;
  /** What is asked. */
  readonly modelType: ModelType;
  readonly clock: () => Date;
  readonly log: Logger;
  /** There may be messages to post. */
  readonly wake: () => void;
  /** Runs work that a clean end waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
