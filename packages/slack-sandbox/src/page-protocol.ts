import type { JsonObject } from 'sandbox-kit/json';
import type { CommandInfo } from './core.ts';
import type { FaultState } from './faults/faults.ts';
import type { Member, Notice, StoredMessage } from './workspace/types.ts';

/** The workspace's state besides messages. */
export interface PageStatus {
  /** Open Socket Mode connections of the app. */
  readonly connections: number;
  /** Open simulated cards; null if nothing is simulated. */
  readonly openCards: number | null;
  readonly answering: { readonly clicked: number; readonly left: number } | null;
  readonly faults: FaultState;
}

/** Everything that one person sees when the page opens. */
export interface PageState {
  readonly type: 'state';
  readonly workspace: {
    readonly name: string;
    readonly banner: string | null;
    readonly channel: { readonly id: string; readonly name: string };
    readonly app: { readonly userId: string; readonly name: string };
    readonly users: readonly Member[];
    readonly commands: readonly CommandInfo[];
  };
  readonly user: string;
  /** The newest messages of the channel and its threads, direct messages and private notes. */
  readonly messages: readonly StoredMessage[];
  readonly hasOlder: boolean;
  readonly home: JsonObject | null;
  readonly modals: readonly JsonObject[];
  readonly status: PageStatus;
}

/** One line of the page's live stream. */
export type PageEvent =
  | PageState
  | { readonly type: 'message'; readonly message: StoredMessage }
  | { readonly type: 'message_deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'home'; readonly view: JsonObject | null }
  | { readonly type: 'modals'; readonly views: readonly JsonObject[] }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'status'; readonly status: PageStatus };
