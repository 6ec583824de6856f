import type { ContextBlock, HeaderBlock, ImageBlock, KnownBlock, SectionBlock } from '@slack/types';
import { unbrokenPercent } from '../../content/format.ts';
import { clip, clipLines, LIMITS } from './message-limits.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

/** A block of a message. */
export type MessageBlock = KnownBlock;

/** A message as Slack takes it; notifications and screen readers use `text`. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: MessageBlock[];
}

/** Metadata that marks our messages, to find them after a crash. */
export const MESSAGE_EVENT = 'finkvra_message';

/** The blocks that our messages use. `text` is escaped mrkdwn; a heading is plain text. */
export const section = (text: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clipLines(unbrokenPercent(text), LIMITS.sectionText) },
});

/** A section that Slack shows in full, without "see more". */
export const expanded = (text: string): SectionBlock => ({ ...section(text), expand: true });

export const context = (text: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: clipLines(unbrokenPercent(text), LIMITS.contextText) }],
});

/** Text for notifications and screen readers. Slack parses mentions and links in it too. */
export const fallback = (text: string): string => clipLines(escapeMrkdwn(text), LIMITS.fallbackText);

/** An uploaded picture; `alt` is for screen readers and notifications. */
export const imageFile = (fileId: string, alt: string): ImageBlock => ({
  type: 'image',
  slack_file: { id: fileId },
  alt_text: clipLines(escapeMrkdwn(alt), LIMITS.altText),
});

export const heading = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(text, LIMITS.headerText) },
});
