import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from './faults/faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Guild } from './guild/guild.ts';
import type { Payloads } from './guild/payloads.ts';
import type { Interactions } from './interactivity/interactions.ts';
import type { OpenModals } from './interactivity/open-modals.ts';
import type { Nonces } from './rest/nonces.ts';
import type { RateLimits } from './rest/rate-limits.ts';

/** What is fixed when the sandbox starts; times in milliseconds. */
export interface Settings {
  /** Multiplies how many calls Discord's limits allow; 1 is Discord's own. */
  readonly rateScale: number;
  /** Until an interaction must be answered (3,000), and for how long its token is good (15 minutes). */
  readonly answerMs: number;
  readonly tokenMs: number;
  /** For how long an enforced nonce gives back the message that it made. */
  readonly nonceMs: number;
  readonly heartbeatMs: number;
  /** For how long a session that lost its connection can be resumed. */
  readonly sessionMs: number;
  /** In which one IDENTIFY is taken (5,000), and how many of them a day (1,000). */
  readonly identifyWindowMs: number;
  readonly identifiesPerDay: number;
  /** Intents switched on in the app's settings, of those that Discord asks for: members, presences, message content. */
  readonly privilegedIntents: number;
  readonly bannerText: string | null;
}

/** The bot's token, which Discord makes anew where it was used up or reset. */
export interface BotToken {
  readonly current: () => string;
  readonly reset: () => void;
}

/** The parts of a running sandbox, handed to whatever needs them. */
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
