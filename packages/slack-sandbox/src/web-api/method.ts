import type { Core } from '../core.ts';
import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';

/** One method of the Web API. */
export interface Method {
  /** Which token it takes. */
  readonly token: 'bot' | 'app' | 'any';
  /** The scope it needs; none for some. */
  readonly scope?: string;
  /** Calls per minute that Slack allows (its tiers 2 to 4: 20, 50, 100); posting has its own limit. */
  readonly perMinute: number;
  /** The answer without `ok`; throws SlackApiError to refuse. */
  readonly run: (args: Arguments, core: Core, call: { readonly token: 'bot' | 'app' }) => JsonObject;
}

export type Methods = Readonly<Record<string, Method>>;
