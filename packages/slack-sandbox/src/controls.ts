import type { JsonObject } from 'sandbox-kit/json';
import type { FaultState } from './faults/faults.ts';
import type { StoredMessage } from './workspace/types.ts';

/** The result of a person's action. */
export interface ActResult {
  /** `acknowledged` by the app; `timeout` after 3 s; `not_connected` if the app has no connection. */
  readonly outcome: 'acknowledged' | 'timeout' | 'not_connected';
  /** Time until the acknowledgement, ms. */
  readonly ms: number;
  /** The acknowledgement's payload, such as a command's answer. */
  readonly response?: JsonObject;
  /** Errors of a modal's submission: block_id to text. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** The place of an element: a message (`ts`), an open modal (`view`: its id or `top`) or the Home tab. */
export interface Place {
  readonly user: string;
  readonly ts?: string;
  readonly channel?: string;
  readonly view?: string;
}

export interface ClickRequest extends Place {
  readonly actionId: string;
  /** The value, if several buttons share the action_id. */
  readonly blockId?: string;
  readonly value?: string;
  /** Allows a button that the message no longer shows: a click on an outdated page. */
  readonly stale?: boolean;
}

export interface SelectRequest extends Place {
  readonly actionId: string;
  readonly blockId?: string;
  /** The option's value, user id, date or text; several for a multi-select or checkboxes. */
  readonly value: string | readonly string[];
  readonly stale?: boolean;
}

export interface CommandRequest {
  readonly user: string;
  /** With its slash: `/finkvra`. */
  readonly command: string;
  readonly text?: string;
  readonly channel?: string;
}

export interface SubmitRequest {
  readonly user: string;
  /** The top modal by default. */
  readonly view?: string;
  /** Typed or chosen values, by the input's action_id or block_id. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** The main channel by default. */
export interface ChannelRequest {
  readonly channel?: string;
}

export interface MessageRequest extends ChannelRequest {
  readonly ts: string;
}

export interface MembershipRequest extends ChannelRequest {
  readonly user: string;
}

/** People's actions in the workspace. Each resolves once the app has acknowledged or its 3 seconds are over. */
export interface SandboxActs {
  readonly click: (request: ClickRequest) => Promise<ActResult>;
  readonly select: (request: SelectRequest) => Promise<ActResult>;
  readonly command: (request: CommandRequest) => Promise<ActResult>;
  readonly openHome: (request: { readonly user: string }) => Promise<ActResult>;
  readonly submit: (request: SubmitRequest) => Promise<ActResult>;
  readonly closeView: (request: { readonly user: string; readonly view?: string }) => Promise<ActResult>;
  /** Posts an ordinary message; apps see it only in the history. */
  readonly say: (request: {
    readonly user: string;
    readonly text: string;
    readonly channel?: string;
    readonly threadTs?: string;
  }) => Promise<StoredMessage>;
  /** Deletes a message as a person with the right to, such as an administrator. */
  readonly deleteMessage: (request: MessageRequest) => Promise<void>;
  /** Locks a thread: it takes no more replies (`restricted_action_thread_locked`). */
  readonly lockThread: (request: MessageRequest) => Promise<void>;
  /** Deletes an uploaded file as a person who may; messages that show it stay. */
  readonly deleteFile: (request: { readonly file: string }) => Promise<void>;
  /** Creates a channel with the team but without the app; returns its id. */
  readonly createChannel: (request: {
    readonly name: string;
    readonly isPrivate?: boolean;
  }) => Promise<{ readonly id: string }>;
  readonly archiveChannel: (request?: ChannelRequest) => Promise<void>;
  readonly unarchiveChannel: (request?: ChannelRequest) => Promise<void>;
  /** Adds a person or the app (`botUser`) to a channel; `U0EDWIN` is of another workspace. */
  readonly joinChannel: (request: MembershipRequest) => Promise<void>;
  readonly leaveChannel: (request: MembershipRequest) => Promise<void>;
  /** Sends the app a raw payload, such as one of an unknown type. */
  readonly deliver: (request: {
    readonly type: 'interactive' | 'slash_commands' | 'events_api';
    readonly payload: JsonObject;
  }) => Promise<ActResult>;
  /** Clicks the true answer on every open simulated card of the open rounds; returns how many. */
  readonly answerRest: (request?: { readonly pauseMs?: number }) => Promise<{ readonly clicked: number }>;
}

/**
 * Faults to inject. Each lasts until its count or time is used up, or until it is lifted. A method may also be
 * `upload`, `response_url`, `link` (the handshake of a Socket Mode connection) or `slack_file` (blocks that name
 * a file are refused as `invalid_blocks`); without one, any method of the Web API. A count of `Infinity` lasts
 * until `lift` or `clear`. Several faults of a method apply in the order given.
 */
export interface SandboxFaults {
  readonly state: () => Promise<FaultState>;
  readonly set: (change: Partial<FaultState>) => Promise<void>;
  readonly clear: () => Promise<void>;
  /** Answers the next calls with 429 and this `Retry-After`; null: without one. */
  readonly rateLimitNext: (
    calls: number,
    method?: string,
    retryAfter?: number | string | null,
  ) => Promise<void>;
  /**
   * Fails the next calls with a Slack error or an HTTP status (500), or cuts their connection before anything is
   * done.
   */
  readonly failNext: (
    calls: number,
    how: {
      readonly method?: string;
      readonly error?: string;
      readonly status?: number;
      readonly cut?: boolean;
      /** The fault ends after this many ms, used up or not. */
      readonly forMs?: number;
    },
  ) => Promise<void>;
  /** Carries out the next calls, but cuts the connection before the answer. */
  readonly loseNextAnswer: (calls: number, method?: string) => Promise<void>;
  /** Carries the next calls out and gives half of each answer, with status 200. */
  readonly tearNextAnswer: (calls: number, method?: string) => Promise<void>;
  /** Answers the next calls with status 200 and somebody else's page, as a captive portal does; nothing is done. */
  readonly answerWithPage: (calls: number, method?: string, forMs?: number) => Promise<void>;
  /** Cuts the connection of a method's next calls, and carries them out this many ms later. */
  readonly carryOutLate: (calls: number, ms: number, method: string) => Promise<void>;
  /** Delays answers by this many ms; 0 ends it. */
  readonly slowAnswers: (ms: number, method?: string) => Promise<void>;
  /** Removes all faults of this method; without one, those of any method. */
  readonly lift: (method?: string) => Promise<void>;
  /**
   * Answers every call with these tokens with this error (`invalid_auth`, `token_revoked`, `account_inactive`,
   * ...) until it is null again. If it is the app token, open connections end.
   */
  readonly refuseTokens: (error: string | null, which?: 'all' | 'bot' | 'app') => Promise<void>;
  /**
   * Off: every connection gets `link_disabled` and is closed, and apps.connections.open answers
   * `socket_mode_not_enabled`.
   */
  readonly turnSocketMode: (on: boolean) => Promise<void>;
  readonly duplicateNextEnvelopes: (count: number) => Promise<void>;
  readonly refuseUploads: (refuse: boolean) => Promise<void>;
  /** Refuses the next calls whose blocks name a `slack_file`, as Slack does while it scans the file. */
  readonly refuseSlackFiles: (calls: number, forMs?: number) => Promise<void>;
  readonly refuseBlockTypes: (types: readonly string[]) => Promise<void>;
  /** Cuts every Socket Mode connection without notice. */
  readonly dropConnections: () => Promise<void>;
  /**
   * Blocks open connections in both directions without closing them, as when a network fails or a laptop sleeps.
   * They no longer count as open.
   */
  readonly silenceConnections: (which?: 'one' | 'all') => Promise<void>;
  /** Announces to one or all connections that they will be closed, as Slack does every few hours. */
  readonly refreshConnections: (which?: 'one' | 'all') => Promise<void>;
  /**
   * Ends all connections and stops listening, so that new ones are refused, for this long or until `comeBack`. A
   * sandbox in another process needs a duration.
   */
  readonly goAway: (forMs?: number) => Promise<void>;
  /** Listens again, at the same address. */
  readonly comeBack: () => Promise<void>;
  readonly expireTriggers: () => Promise<void>;
  readonly expireResponseUrls: () => Promise<void>;
}
