import type { ContextBlock, HeaderBlock, ImageBlock, KnownBlock, SectionBlock } from '@slack/types';
import { unbrokenPercent } from '../../content/format.ts';
import { clip, clipLines, LIMITS } from './message-limits.ts';
import { escapeMrkdwn } from './mrkdwn.ts';

/** A block of a message. */
export type MessageBlock = KnownBlock;

/** A message as Slack takes it: `text` is what notifications and screen readers get. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: MessageBlock[];
}

/** Marks our messages, so that they can be found again in the channel after a crash. */
export const MESSAGE_EVENT = 'finkvra_message';

/** The few blocks our messages are made of; `text` is mrkdwn already escaped, a heading is plain text. */
export const section = (text: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clipLines(unbrokenPercent(text), LIMITS.sectionText) },
});

/** A section that Slack shows whole, never folded behind "see more". */
export const expanded = (text: string): SectionBlock => ({ ...section(text), expand: true });

export const context = (text: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: clipLines(unbrokenPercent(text), LIMITS.contextText) }],
});

/** What notifications and screen readers get in a message's place; Slack reads mentions and links in it too. */
export const fallback = (text: string): string => clipLines(escapeMrkdwn(text), LIMITS.fallbackText);

/** A picture given to Slack before; `alt` is what screen readers and notifications say. */
export const imageFile = (fileId: string, alt: string): ImageBlock => ({
  type: 'image',
  slack_file: { id: fileId },
  alt_text: clipLines(escapeMrkdwn(alt), LIMITS.altText),
});

export const heading = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(text, LIMITS.headerText) },
});
