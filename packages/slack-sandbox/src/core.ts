import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from './faults/faults.ts';
import type { Uploads } from './http/upload-addresses.ts';
import type { OpenViews } from './interactivity/open-views.ts';
import type { ResponseUrls } from './interactivity/response-urls.ts';
import type { SocketLink } from './interactivity/socket-link.ts';
import type { Triggers } from './interactivity/triggers.ts';
import type { TakeToken } from './web-api/rate-limits.ts';
import type { Workspace } from './workspace/workspace.ts';

/** A registered slash command, for the composer's suggestions. */
export interface CommandInfo {
  readonly command: string;
  readonly description: string;
  readonly usage: string;
}

/** Fixed at the sandbox's start. */
export interface Settings {
  readonly scopes: readonly string[];
  readonly commands: readonly CommandInfo[];
  readonly postBurst: number;
  readonly postPerSecond: number;
  readonly callBurst: number;
  readonly botToken: string;
  readonly appToken: string;
  readonly bannerText: string | null;
  /** Time until an uploaded file's mimetype is known, ms. */
  readonly fileDelayMs: number;
  /** Further time until blocks may name it, ms. */
  readonly fileSettleMs: number;
}

/** The parts of a running sandbox. */
export interface Core {
  readonly settings: Settings;
  readonly workspace: Workspace;
  readonly views: OpenViews;
  readonly link: SocketLink;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly faults: FaultBox;
  readonly traffic: Traffic;
  readonly takeToken: TakeToken;
  readonly uploads: Uploads;
  /** Runs a function after a delay, unless the sandbox was stopped. */
  readonly later: (run: () => void, delayMs: number) => void;
  /** `http://127.0.0.1:3210`, known once the server listens. */
  readonly baseUrl: () => string;
}
