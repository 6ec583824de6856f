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

/** A message drawn from the store, with what its metadata says that it is about. */
export interface DrawnMessage extends SlackMessage {
  readonly about: Readonly<Record<string, string>>;
}
