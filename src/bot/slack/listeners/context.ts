import type { Logger } from 'pino';
import type { Status } from '../../../loop/digest/status.ts';
import type { Loop } from '../../../loop/loop.ts';
import type { PictureClient } from '../../../pictures/picture-client.ts';
import type { ModelType } from '../../../pipeline/learning/label-maps.ts';
import type { Db } from '../../../store/open-store.ts';
import type { Access } from '../../access.ts';
import type { Homes } from '../../homes.ts';
import type { Uploads } from '../uploads.ts';

/** What the service can do besides answering; what is not offered here is said so in the channel. */
export interface Jobs {
  /** Pulls from the configured source; resolves to what came in, in words. */
  readonly pull?: () => Promise<string>;
  /** All labels as CSV. */
  readonly labelsCsv?: () => Promise<string>;
}

/** A setting in force, as App Home shows it. */
export interface SettingInForce {
  readonly name: string;
  readonly value: string;
}

/** What listeners need, passed in at registration. */
export interface ListenerContext {
  readonly loop: Loop;
  readonly db: Db;
  readonly status: () => Promise<Status>;
  readonly access: Access;
  readonly jobs: Jobs;
  readonly pictures: PictureClient | null;
  readonly uploads: Uploads;
  readonly homes: Homes;
  /** The channel that cards are posted to. */
  readonly channel: string;
  /** What is asked. */
  readonly modelType: ModelType;
  /** People asked about each candidate. */
  readonly needed: number;
  readonly clock: () => Date;
  readonly log: Logger;
  /** There may be messages to post. */
  readonly poke: () => void;
  /** Runs a listener's work; a clean end waits for all of it. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}
