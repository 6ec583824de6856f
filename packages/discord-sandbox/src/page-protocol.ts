import type { JsonObject } from 'sandbox-kit/json';
import type { Channel, Member, Notice } from './guild/types.ts';
import type { OpenModal } from './interactivity/open-modals.ts';

/** A message as the page draws it: as the API gives it, with whose eyes alone it is for. */
export interface ShownMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly author: string;
  readonly type: number;
  readonly content: string;
  readonly timestamp: string;
  readonly edited: boolean;
  readonly private: boolean;
  readonly loading: boolean;
  readonly embeds: readonly JsonObject[];
  readonly components: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
  readonly replyTo: string | null;
  /** Who ran which command, where it answers one. */
  readonly command: { readonly user: string; readonly name: string } | null;
}

/** Everything one person sees of the server; the page gets it anew whenever something changes. */
export interface PageState {
  readonly user: string;
  readonly guild: string;
  readonly banner: string | null;
  readonly members: readonly Member[];
  readonly roles: readonly { readonly id: string; readonly name: string; readonly color: number }[];
  readonly channels: readonly Channel[];
  readonly mainChannel: string;
  readonly bot: string;
  /** Oldest first, of every channel that the person sees. */
  readonly messages: readonly ShownMessage[];
  readonly commands: readonly JsonObject[];
  readonly modal: OpenModal | null;
  readonly notices: readonly Notice[];
  readonly connections: number;
  /** Simulated cards that wait for an answer; null where nothing is simulated. */
  readonly openCards: number | null;
  readonly answering: { readonly clicked: number; readonly left: number } | null;
}
