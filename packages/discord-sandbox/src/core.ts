import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from './faults/faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Guild } from './guild/guild.ts';
import type { Payloads } from './guild/payloads.ts';
import type { Interactions } from './interactivity/interactions.ts';
import type { OpenModals } from './interactivity/open-modals.ts';
import type { Nonces } from './rest/nonces.ts';
import type { RateLimits } from './rest/rate-limits.ts';

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

/** The parts of a running sandbox. */
export interface Core {
  readonly settings: Settings;
  readonly token: BotToken;
  readonly guild: Guild;
  readonly payloads: Payloads;
  readonly gateway: Gateway;
  readonly interactions: Interactions;
  readonly modals: OpenModals;
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly rateLimits: RateLimits;
  readonly nonces: Nonces;
  /** `http://127.0.0.1:3211`, known once the server listens. */
  readonly baseUrl: () => string;
}
