import type { Block, KnownBlock } from '@slack/types';

/** A chart that Slack draws itself (docs.slack.dev, June 2026); not in its type package yet. */
export interface ChartBlock extends Block {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'line' | 'bar';
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label: string;
      readonly y_label: string;
    };
  };
}

export type MessageBlock = KnownBlock | ChartBlock;

/** A message as Slack takes it: `text` is what notifications and screen readers get. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: MessageBlock[];
}

/** Marks our messages, so that they can be found again in the channel after a crash. */
export const MESSAGE_EVENT = 'finkvra_message';
