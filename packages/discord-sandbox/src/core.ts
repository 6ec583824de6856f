import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from './faults/faults.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Guild } from './guild/guild.ts';
import type { Payloads } from './guild/payloads.ts';
import type { Interactions } from './interactivity/interactions.ts';
import type { OpenModals } from './interactivity/open-modals.ts';
import type { Nonces } from './rest/nonces.ts';
import type { RateLimits } from './rest/rate-limits.ts';
import type { BotToken, Settings } from './settings.ts';

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
