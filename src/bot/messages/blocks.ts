import type { ContextBlock, HeaderBlock, SectionBlock } from '@slack/types';
import { clip, LIMITS } from './limits.ts';

/** The few blocks our messages are made of; `text` is mrkdwn already escaped, a heading is plain text. */
export const section = (text: string): SectionBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: clip(text, LIMITS.sectionText) },
});

export const context = (text: string): ContextBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: clip(text, LIMITS.contextText) }],
});

export const heading = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(text, LIMITS.headerText) },
});
