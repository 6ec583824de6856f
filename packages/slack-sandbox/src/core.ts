import type { Traffic } from 'sandbox-kit/traffic';
import type { FaultBox } from './faults/faults.ts';
import type { Uploads } from './http/upload-addresses.ts';
import type { OpenViews } from './interactivity/open-views.ts';
import type { ResponseUrls } from './interactivity/response-urls.ts';
import type { SocketLink } from './interactivity/socket-link.ts';
import type { Triggers } from './interactivity/triggers.ts';
import type { TakeToken } from './web-api/rate-limits.ts';
import type { Workspace } from './workspace/workspace.ts';

/** A slash command that the app registered, as the composer suggests it. */
export interface CommandInfo {
  readonly command: string;
  readonly description: string;
  readonly usage: string;
}

/** What is fixed when the sandbox starts. */
export interface Settings {
  readonly scopes: readonly string[];
  readonly commands: readonly CommandInfo[];
  readonly postBurst: number;
  readonly postPerSecond: number;
  readonly callBurst: number;
  readonly botToken: string;
  readonly appToken: string;
  readonly bannerText: string | null;
  /** Until an uploaded file's mimetype is known, in milliseconds. */
  readonly fileDelayMs: number;
  /** From then until blocks may name it, in milliseconds. */
  readonly fileSettleMs: number;
}

/** The parts of a running sandbox, handed to whatever needs them. */
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
  /** Runs something after a delay, unless the sandbox was stopped. */
  readonly later: (run: () => void, delayMs: number) => void;
  /** `http://127.0.0.1:3210`, known once the server listens. */
  readonly baseUrl: () => string;
}
