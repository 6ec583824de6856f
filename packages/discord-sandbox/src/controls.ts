import type { JsonObject } from 'sandbox-kit/json';
import type { FaultState } from './faults/faults.ts';
import type { Permission } from './guild/permissions.ts';
import type { StoredMessage } from './guild/types.ts';

/** The result of a person's action. */
export interface ActResult {
  /** `answered` by the app; `timeout` after 3 s; `not_connected` if the app has no Gateway session. */
  readonly outcome: 'answered' | 'timeout' | 'not_connected';
  /** Time until the answer, ms. */
  readonly ms: number;
  /** The callback type of the answer (4 message, 5 deferred, 6 deferred update, 7 update, 9 modal). */
  readonly response?: number;
  /** The message that the answer posted, if it was immediate. */
  readonly message?: StoredMessage;
}

/** A component of a message, by its `custom_id`. */
export interface ClickRequest {
  readonly user: string;
  readonly message: string;
  readonly customId: string;
  /** Allows a component that the message no longer shows: a click in an outdated client. */
  readonly stale?: boolean;
}

export interface SelectRequest extends ClickRequest {
  /** Values of options, or ids of people, roles or channels. */
  readonly values: readonly string[];
}

export type OptionValue = string | number | boolean;

export interface CommandRequest {
  readonly user: string;
  /** The command, with its group and subcommand if any: `finkvra show`. */
  readonly command: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly channel?: string;
}

export interface AutocompleteRequest extends CommandRequest {
  /** The option that is being typed. */
  readonly focused: string;
}

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

export interface SubmitRequest {
  readonly user: string;
  /** Typed or chosen values by custom_id; others stay as the modal opened. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** The main channel by default. */
export interface ChannelRequest {
  readonly channel?: string;
}

/** People's actions in the server. Each resolves once the app has answered or its 3 seconds are over. */
export interface SandboxActs {
  readonly click: (request: ClickRequest) => Promise<ActResult>;
  readonly select: (request: SelectRequest) => Promise<ActResult>;
  readonly command: (request: CommandRequest) => Promise<ActResult>;
  /** The app's suggestions for an option; null without an answer. */
  readonly autocomplete: (request: AutocompleteRequest) => Promise<readonly Choice[] | null>;
  /** Submits the modal that the app opened for this person. */
  readonly submit: (request: SubmitRequest) => Promise<ActResult>;
  /** Closes it; as in Discord the app is not told. */
  readonly closeModal: (request: { readonly user: string }) => Promise<void>;
  readonly say: (
    request: ChannelRequest & { readonly user: string; readonly text: string },
  ) => Promise<StoredMessage>;
  /** Deletes a message as a person with the right to. */
  readonly deleteMessage: (request: { readonly message: string }) => Promise<void>;
  /** Dismisses a private answer. */
  readonly dismiss: (request: { readonly user: string; readonly message: string }) => Promise<void>;
  readonly createChannel: (request: { readonly name: string }) => Promise<{ readonly id: string }>;
  readonly deleteChannel: (request?: ChannelRequest) => Promise<void>;
  readonly archiveThread: (request: { readonly thread: string; readonly locked?: boolean }) => Promise<void>;
  /** Denies the app these permissions in a channel, and restores earlier ones. */
  readonly denyBot: (
    request: ChannelRequest & { readonly permissions: readonly Permission[] },
  ) => Promise<void>;
  /** Removes the app from the server, or invites it again. */
  readonly removeBot: () => Promise<void>;
  readonly inviteBot: () => Promise<void>;
  /** A person's roles: ids, or the names `labellers` and `operators`. */
  readonly setRoles: (request: { readonly user: string; readonly roles: readonly string[] }) => Promise<void>;
  /** Adds a person to the server (Edwin is not in it), or removes them. */
  readonly setMember: (request: { readonly user: string; readonly inGuild: boolean }) => Promise<void>;
  readonly takeDirectMessages: (request: { readonly user: string; readonly take: boolean }) => Promise<void>;
  /** Sends the app a raw event, such as one of an unknown type. */
  readonly deliver: (request: { readonly event: string; readonly data: JsonObject }) => Promise<void>;
  /** Clicks the true answer on every open simulated card; returns how many. */
  readonly answerRest: (request?: { readonly pauseMs?: number }) => Promise<{ readonly clicked: number }>;
}

/**
 * Faults to inject. Each lasts until its count or time is used up, or until it is lifted. A method is a call's
 * title in Discord's documentation, in lower case: `create-message`, `edit-message`,
 * `create-interaction-response`, `edit-original-interaction-response`, `start-thread-from-message`, …
 * (rest/routes.ts), or `gateway` (a connection's handshake). Without one, any API call. A count of `Infinity`
 * lasts until `lift` or `clear`.
 */
export interface SandboxFaults {
  readonly state: () => Promise<FaultState>;
  readonly set: (change: Partial<FaultState>) => Promise<void>;
  readonly clear: () => Promise<void>;
  /** Answers the next calls with 429. `cloudflare`: a page without JSON, as for too many invalid requests. */
  readonly rateLimitNext: (
    calls: number,
    how?: {
      readonly method?: string;
      readonly retryAfter?: number;
      readonly scope?: 'user' | 'global' | 'shared' | 'cloudflare';
    },
  ) => Promise<void>;
  /**
   * Fails the next calls with a Discord error code, or with an HTTP status (500) and a page instead of JSON, or
   * cuts their connection before anything is done.
   */
  readonly failNext: (
    calls: number,
    how: {
      readonly method?: string;
      readonly code?: number;
      readonly message?: string;
      readonly status?: number;
      readonly cut?: boolean;
      /** The fault ends after this many ms, used up or not. */
      readonly forMs?: number;
    },
  ) => Promise<void>;
  /** Carries out the next calls, but cuts the connection before the answer. */
  readonly loseNextAnswer: (calls: number, method?: string) => Promise<void>;
  /** Delays answers by this many ms, but not the calls; 0 ends it. */
  readonly slowAnswers: (ms: number, method?: string) => Promise<void>;
  /** Removes all faults of this method; without one, those of any method. */
  readonly lift: (method?: string) => Promise<void>;
  /** Refuses the bot's token: 401, and 4004 at the Gateway, which ends its connections. */
  readonly refuseToken: (refuse: boolean) => Promise<void>;
  readonly acknowledgeHeartbeats: (acknowledge: boolean) => Promise<void>;
  readonly delayReady: (ms: number) => Promise<void>;
  /** Hides the next interactions from the app; people get an error after 3 s. */
  readonly loseNextInteractions: (count: number) => Promise<void>;
  /** Cuts every Gateway connection without notice. Sessions stay and can be resumed. */
  readonly dropConnections: () => Promise<void>;
  /** Blocks open connections in both directions without closing them. */
  readonly silenceConnections: () => Promise<void>;
  /** Closes every Gateway connection with this code, such as 4000 or 4004. */
  readonly closeConnections: (code: number) => Promise<void>;
  /** Op 7: asks connections to reconnect, and closes those that do not. */
  readonly askReconnect: () => Promise<void>;
  /** Op 9: invalidates sessions; keeps them only if `resumable`. */
  readonly invalidateSessions: (resumable?: boolean) => Promise<void>;
  /** Sets how many of the day's 1,000 IDENTIFYs are left. One more resets the bot's token. */
  readonly spendIdentifies: (left: number) => Promise<void>;
  /** Ends the 3 seconds and the 15 minutes of every interaction. */
  readonly expireInteractions: () => Promise<void>;
  /** Forgets every nonce, as Discord does after some minutes. */
  readonly forgetNonces: () => Promise<void>;
  /**
   * Ends all connections and stops listening, so that new ones are refused, for this long or until `comeBack`. A
   * sandbox in another process needs a duration.
   */
  readonly goAway: (forMs?: number) => Promise<void>;
  /** Listens again, at the same address. */
  readonly comeBack: () => Promise<void>;
}
