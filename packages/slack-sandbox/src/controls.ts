import type { JsonObject } from 'sandbox-kit/json';
import type { FaultState } from './faults/faults.ts';
import type { StoredMessage } from './workspace/types.ts';

/** What became of something that a person did. */
export interface ActResult {
  /** `acknowledged` by the app; `timeout` after 3 s; `not_connected`: the app has no connection. */
  readonly outcome: 'acknowledged' | 'timeout' | 'not_connected';
  /** Until the acknowledgement, in milliseconds. */
  readonly ms: number;
  /** What the app acknowledged with, e.g. a command's answer. */
  readonly response?: JsonObject;
  /** What a modal's submission was refused for: block_id to text. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** Where an element is: on a message (`ts`), in an open modal (`view`: its id or `top`) or on the Home tab. */
export interface Place {
  readonly user: string;
  readonly ts?: string;
  readonly channel?: string;
  readonly view?: string;
}

export interface ClickRequest extends Place {
  readonly actionId: string;
  /** Narrows down which button, where several share the action_id. */
  readonly blockId?: string;
  readonly value?: string;
  /** Takes a button that the message no longer shows: a click on a page that has not caught up yet. */
  readonly stale?: boolean;
}

export interface SelectRequest extends Place {
  readonly actionId: string;
  readonly blockId?: string;
  /** The option's value, a user id, a date, a text; several for a multi-select or checkboxes. */
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
  /** The top modal where it is left out. */
  readonly view?: string;
  /** What was typed or chosen, by the input's action_id (or its block_id). */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** The main channel where none is named. */
export interface ChannelRequest {
  readonly channel?: string;
}

export interface MessageRequest extends ChannelRequest {
  readonly ts: string;
}

export interface MembershipRequest extends ChannelRequest {
  readonly user: string;
}

/** What people do in the workspace; each resolves when the app has acknowledged or had its 3 seconds. */
export interface SandboxActs {
  readonly click: (request: ClickRequest) => Promise<ActResult>;
  readonly select: (request: SelectRequest) => Promise<ActResult>;
  readonly command: (request: CommandRequest) => Promise<ActResult>;
  readonly openHome: (request: { readonly user: string }) => Promise<ActResult>;
  readonly submit: (request: SubmitRequest) => Promise<ActResult>;
  readonly closeView: (request: { readonly user: string; readonly view?: string }) => Promise<ActResult>;
  /** Writes an ordinary message (apps see it only by reading the history). */
  readonly say: (request: {
    readonly user: string;
    readonly text: string;
    readonly channel?: string;
    readonly threadTs?: string;
  }) => Promise<StoredMessage>;
  /** Deletes a message as a person who may, e.g. an administrator. */
  readonly deleteMessage: (request: MessageRequest) => Promise<void>;
  /** Makes a channel with the team in it, without the app; gives its id. */
  readonly createChannel: (request: {
    readonly name: string;
    readonly isPrivate?: boolean;
  }) => Promise<{ readonly id: string }>;
  readonly archiveChannel: (request?: ChannelRequest) => Promise<void>;
  readonly unarchiveChannel: (request?: ChannelRequest) => Promise<void>;
  /** Puts a person or the app (`botUser`) into a channel; `U0EDWIN` is of another workspace. */
  readonly joinChannel: (request: MembershipRequest) => Promise<void>;
  readonly leaveChannel: (request: MembershipRequest) => Promise<void>;
  /** Sends the app a payload as it is, e.g. one of a type that nobody knows. */
  readonly deliver: (request: {
    readonly type: 'interactive' | 'slash_commands' | 'events_api';
    readonly payload: JsonObject;
  }) => Promise<ActResult>;
  /** Clicks the true answer on every open simulated card of the rounds that are open now; gives how many. */
  readonly answerRest: (request?: { readonly pauseMs?: number }) => Promise<{ readonly clicked: number }>;
}

/**
 * Faults to inject, each until its count or its time is used up or it is lifted. A method may also be `upload`,
 * `response_url`, `link` (the handshake of a Socket Mode connection) or `slack_file` (blocks that name a file are
 * refused as `invalid_blocks`); left out, any method of the Web API is
 * meant. A count of `Infinity` lasts until `lift` or `clear`. Several faults of one method are met in the order
 * in which they were given.
 */
export interface SandboxFaults {
  readonly state: () => Promise<FaultState>;
  readonly set: (change: Partial<FaultState>) => Promise<void>;
  readonly clear: () => Promise<void>;
  /** Answers the next calls with 429. */
  readonly rateLimitNext: (calls: number, method?: string, retryAfter?: number) => Promise<void>;
  /**
   * Fails the next calls with an error name of Slack's, or with an HTTP status (500), or cuts their connection
   * before anything is done.
   */
  readonly failNext: (
    calls: number,
    how: {
      readonly method?: string;
      readonly error?: string;
      readonly status?: number;
      readonly cut?: boolean;
      /** The fault ends after this many milliseconds, used up or not. */
      readonly forMs?: number;
    },
  ) => Promise<void>;
  /** Carries the next calls out and cuts the connection before the answer. */
  readonly loseNextAnswer: (calls: number, method?: string) => Promise<void>;
  /** Cuts the connection of the next calls of a method and carries them out this many milliseconds later. */
  readonly carryOutLate: (calls: number, ms: number, method: string) => Promise<void>;
  /** Answers this much later; 0 at once again. */
  readonly slowAnswers: (ms: number, method?: string) => Promise<void>;
  /** Takes back every fault of this method; without one, those of any method. */
  readonly lift: (method?: string) => Promise<void>;
  /**
   * Answers every call with these tokens with this error until it is null again: `invalid_auth`,
   * `token_revoked`, `account_inactive`, ... Open connections end where the app's token is refused.
   */
  readonly refuseTokens: (error: string | null, which?: 'all' | 'bot' | 'app') => Promise<void>;
  /**
   * Off: every connection is told `link_disabled` and closed, and apps.connections.open answers
   * `socket_mode_not_enabled`.
   */
  readonly turnSocketMode: (on: boolean) => Promise<void>;
  readonly duplicateNextEnvelopes: (count: number) => Promise<void>;
  readonly refuseUploads: (refuse: boolean) => Promise<void>;
  /** Refuses the next calls whose blocks name a `slack_file`, as Slack does while it still looks at the file. */
  readonly refuseSlackFiles: (calls: number, forMs?: number) => Promise<void>;
  readonly refuseBlockTypes: (types: readonly string[]) => Promise<void>;
  /** Cuts every Socket Mode connection without a word. */
  readonly dropConnections: () => Promise<void>;
  /**
   * Lets nothing more through open connections, in either direction, without closing them: what happens to them
   * where a network goes away or a laptop sleeps. They no longer count.
   */
  readonly silenceConnections: (which?: 'one' | 'all') => Promise<void>;
  /** Tells one or every connection that it will be closed, as Slack does every few hours. */
  readonly refreshConnections: (which?: 'one' | 'all') => Promise<void>;
  /**
   * Takes everything away: connections end and nothing listens, so that new ones are refused; for this long, or
   * until `comeBack`. A sandbox in another process must be told how long.
   */
  readonly goAway: (forMs?: number) => Promise<void>;
  /** Listens again, at the same address. */
  readonly comeBack: () => Promise<void>;
  readonly expireTriggers: () => Promise<void>;
  readonly expireResponseUrls: () => Promise<void>;
}
