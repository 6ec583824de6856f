import type { JsonObject } from 'sandbox-kit/json';
import type { Channel, Member, Notice } from './guild/types.ts';
import type { OpenModal } from './interactivity/open-modals.ts';

/** A message for the page: the API's format, and the only person who may see it. */
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
  /** Who ran which command, for a message that answers one. */
  readonly command: { readonly user: string; readonly name: string } | null;
}

/** Everything that one person sees; sent again after every change. */
export interface PageState {
  readonly user: string;
  readonly guild: string;
  readonly banner: string | null;
  readonly members: readonly Member[];
  readonly roles: readonly { readonly id: string; readonly name: string; readonly color: number }[];
  readonly channels: readonly Channel[];
  readonly mainChannel: string;
  readonly bot: string;
  /** Messages of all visible channels, oldest first. */
  readonly messages: readonly ShownMessage[];
  readonly commands: readonly JsonObject[];
  readonly modal: OpenModal | null;
  readonly notices: readonly Notice[];
  readonly connections: number;
  /** Open simulated cards; null if nothing is simulated. */
  readonly openCards: number | null;
  readonly answering: { readonly clicked: number; readonly left: number } | null;
}
