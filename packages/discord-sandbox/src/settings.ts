import type { Permission } from './guild/permissions.ts';
import type { StoredMessage } from './guild/types.ts';

/** The custom_id of a simulated card's true answer; null for other messages. */
export type Truth = (message: StoredMessage) => string | null;

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on; by default 127.0.0.1. */
  readonly host?: string;
  /** The server's SQLite file, or `:memory:`. */
  readonly databasePath: string;
  /** Clock for messages and their ids; limits and timeouts use real time. */
  readonly clock?: () => Date;
  /** Factor on the number of calls that Discord's rate limits allow (1). */
  readonly rateScale?: number;
  /** Time to answer an interaction (3,000) and validity of its token (15 minutes), ms. */
  readonly answerMs?: number;
  readonly tokenMs?: number;
  /** Time for which an enforced nonce returns its message, ms (180,000). */
  readonly nonceMs?: number;
  /** The Gateway's heartbeat interval, ms (41,250). */
  readonly heartbeatMs?: number;
  /** Time for which a session without a connection can be resumed, ms (120,000). */
  readonly sessionMs?: number;
  /** Time per IDENTIFY, ms (5,000), and IDENTIFYs per day (1,000). */
  readonly identifyWindowMs?: number;
  readonly identifiesPerDay?: number;
  /** Privileged intents switched on in the app's settings, as bits (none). */
  readonly privilegedIntents?: number;
  /** Permissions in the app's invitation. */
  readonly botPermissions?: readonly Permission[];
  /** The custom_id of a simulated card's true answer; null if it is not simulated. */
  readonly truth?: Truth;
  /** Text above the channel, such as 'Simulated alerts: nothing here is real sky'. */
  readonly bannerText?: string;
}

/** Fixed at the sandbox's start; times in ms. */
export interface Settings {
  /** Factor on the number of calls that Discord's limits allow; 1 is Discord's own. */
  readonly rateScale: number;
  /** Time to answer an interaction (3,000), and validity of its token (15 minutes). */
  readonly answerMs: number;
  readonly tokenMs: number;
  /** Time for which an enforced nonce returns its message. */
  readonly nonceMs: number;
  readonly heartbeatMs: number;
  /** Time for which a session without a connection can be resumed. */
  readonly sessionMs: number;
  /** Time per IDENTIFY (5,000), and IDENTIFYs per day (1,000). */
  readonly identifyWindowMs: number;
  readonly identifiesPerDay: number;
  /** Privileged intents switched on in the app's settings: members, presences, message content. */
  readonly privilegedIntents: number;
  readonly bannerText: string | null;
}

/** The bot's token; Discord makes a new one if it was used up or reset. */
export interface BotToken {
  readonly current: () => string;
  readonly reset: () => void;
}
