import type { JsonObject } from 'sandbox-kit/json';
import type { FaultState } from './faults/faults.ts';
import type { Permission } from './guild/permissions.ts';
import type { StoredMessage } from './guild/types.ts';

/** What became of something that a person did. */
export interface ActResult {
  /** `answered` by the app; `timeout` after 3 s; `not_connected`: the app has no session at the Gateway. */
  readonly outcome: 'answered' | 'timeout' | 'not_connected';
  /** Until the answer, in milliseconds. */
  readonly ms: number;
  /** How the app answered: the callback's type (4 message, 5 deferred, 6 deferred update, 7 update, 9 modal). */
  readonly response?: number;
  /** The message that the answer posted, as far as it was there at once. */
  readonly message?: StoredMessage;
}

/** A component of a message. `custom_id` tells which. */
export interface ClickRequest {
  readonly user: string;
  readonly message: string;
  readonly customId: string;
  /** Takes one that the message no longer shows: a click on a client that has not caught up yet. */
  readonly stale?: boolean;
}

export interface SelectRequest extends ClickRequest {
  /** Values of options, or ids of people, roles or channels. */
  readonly values: readonly string[];
}

export type OptionValue = string | number | boolean;

export interface CommandRequest {
  readonly user: string;
  /** The command and, where it has them, its group and subcommand: `finkvra show`. */
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
  /** What was typed or chosen, by custom_id; what is left out stays as the modal opened. */
  readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** The main channel where none is named. */
export interface ChannelRequest {
  readonly channel?: string;
}

/** What people do in the server; each resolves when the app has answered or had its 3 seconds. */
export interface SandboxActs {
  readonly click: (request: ClickRequest) => Promise<ActResult>;
  readonly select: (request: SelectRequest) => Promise<ActResult>;
  readonly command: (request: CommandRequest) => Promise<ActResult>;
  /** What the app suggests for an option; null where it did not answer. */
  readonly autocomplete: (request: AutocompleteRequest) => Promise<readonly Choice[] | null>;
  /** Submits the modal that the app opened for this person. */
  readonly submit: (request: SubmitRequest) => Promise<ActResult>;
  /** Closes it without a word to the app, as Discord does. */
  readonly closeModal: (request: { readonly user: string }) => Promise<void>;
  readonly say: (
    request: ChannelRequest & { readonly user: string; readonly text: string },
  ) => Promise<StoredMessage>;
  /** Deletes a message as a person who may. */
  readonly deleteMessage: (request: { readonly message: string }) => Promise<void>;
  /** Removes a private answer from its reader's sight. */
  readonly dismiss: (request: { readonly user: string; readonly message: string }) => Promise<void>;
  readonly createChannel: (request: { readonly name: string }) => Promise<{ readonly id: string }>;
  readonly deleteChannel: (request?: ChannelRequest) => Promise<void>;
  readonly archiveThread: (request: { readonly thread: string; readonly locked?: boolean }) => Promise<void>;
  /** Denies the app these permissions in a channel, and gives back those it was denied before. */
  readonly denyBot: (
    request: ChannelRequest & { readonly permissions: readonly Permission[] },
  ) => Promise<void>;
  /** Takes the app out of the server, or invites it again. */
  readonly removeBot: () => Promise<void>;
  readonly inviteBot: () => Promise<void>;
  /** A person's roles: ids, or the names `labellers` and `operators`. */
  readonly setRoles: (request: { readonly user: string; readonly roles: readonly string[] }) => Promise<void>;
  /** Takes a person into the server (Edwin is not), or out of it. */
  readonly setMember: (request: { readonly user: string; readonly inGuild: boolean }) => Promise<void>;
  readonly takeDirectMessages: (request: { readonly user: string; readonly take: boolean }) => Promise<void>;
  /** Sends the app an event as it is, e.g. one of a type that nobody knows. */
  readonly deliver: (request: { readonly event: string; readonly data: JsonObject }) => Promise<void>;
  /** Clicks the true answer on every open simulated card there is now; gives how many. */
  readonly answerRest: (request?: { readonly pauseMs?: number }) => Promise<{ readonly clicked: number }>;
}

/**
 * Faults to inject, each until its count or its time is used up or it is lifted. A method is a call's name as
 * Discord's documentation titles it, in small letters: `create-message`, `edit-message`,
 * `create-interaction-response`, `edit-original-interaction-response`, `start-thread-from-message`, … (rest/routes.ts),
 * or `gateway` (the handshake of a connection). Left out, any call of the API is meant. A count of `Infinity`
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
   * Fails the next calls with a code of Discord's, or with an HTTP status (500) and a page instead of JSON, or
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
      /** The fault ends after this many milliseconds, used up or not. */
      readonly forMs?: number;
    },
  ) => Promise<void>;
  /** Carries the next calls out and cuts the connection before the answer. */
  readonly loseNextAnswer: (calls: number, method?: string) => Promise<void>;
  /** Answers this much later, though the call is carried out at once; 0 at once again. */
  readonly slowAnswers: (ms: number, method?: string) => Promise<void>;
  /** Takes back every fault of this method; without one, those of any method. */
  readonly lift: (method?: string) => Promise<void>;
  /** Refuses the bot's token: 401, and 4004 at the Gateway, whose connections end. */
  readonly refuseToken: (refuse: boolean) => Promise<void>;
  readonly acknowledgeHeartbeats: (acknowledge: boolean) => Promise<void>;
  readonly delayReady: (ms: number) => Promise<void>;
  /** The app never hears of the next interactions; whoever waits is told after 3 s. */
  readonly loseNextInteractions: (count: number) => Promise<void>;
  /** Cuts every Gateway connection without a word. Sessions stay, to be resumed. */
  readonly dropConnections: () => Promise<void>;
  /** Lets nothing more through open connections, in either direction, without closing them: zombies. */
  readonly silenceConnections: () => Promise<void>;
  /** Closes every Gateway connection with this code, e.g. 4000 or 4004. */
  readonly closeConnections: (code: number) => Promise<void>;
  /** Op 7: asks to reconnect, and closes the connections that do not. */
  readonly askReconnect: () => Promise<void>;
  /** Op 9: sessions are invalid; only where `resumable` they are kept. */
  readonly invalidateSessions: (resumable?: boolean) => Promise<void>;
  /** Leaves this many of the day's 1,000 IDENTIFYs. One more resets the bot's token. */
  readonly spendIdentifies: (left: number) => Promise<void>;
  /** Ends the 3 seconds and the 15 minutes of every interaction. */
  readonly expireInteractions: () => Promise<void>;
  /** Forgets every nonce, as Discord does after some minutes. */
  readonly forgetNonces: () => Promise<void>;
  /**
   * Takes everything away: connections end and nothing listens, so that new ones are refused; for this long, or
   * until `comeBack`. A sandbox in another process must be told how long.
   */
  readonly goAway: (forMs?: number) => Promise<void>;
  /** Listens again, at the same address. */
  readonly comeBack: () => Promise<void>;
}
