import type { ModalView } from '@slack/types';
import { section } from '../blocks.ts';
import { clip } from '../message-limits.ts';
import { markdownToMrkdwn } from '../mrkdwn.ts';

/** The button that shows how to label, on cards and in reviews. */
export const GUIDELINES_ACTION = 'guidelines';

/** Slack takes 100 blocks. */
const MOST_SECTIONS = 90;
const LONGEST_TITLE = 24;

/** The title that guidelines begin with, if they do, and their other sections as Slack's mrkdwn. */
export const readGuidelineSections = (
  guidelines: string,
  most: number,
): { readonly title: string | null; readonly sections: string[] } => {
  const sections = markdownToMrkdwn(guidelines).slice(0, most);
  const title = /^#\s+(.+)$/m.exec(guidelines.trimStart().split(/\r?\n/, 1)[0] ?? '')?.[1] ?? null;
  if (title === null) return { title, sections };
  const [first = '', ...rest] = sections;
  const under = first.split('\n').slice(1).join('\n');
  return { title, sections: under === '' ? rest : [under, ...rest] };
};

/** How to label, for whoever asks on a card. */
export const guidelinesModal = (guidelines: string): ModalView => {
  const { title, sections } = readGuidelineSections(guidelines, MOST_SECTIONS);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: clip(title ?? 'How to label', LONGEST_TITLE) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: (sections.length === 0 ? ['Nobody has written guidelines yet.'] : sections).map(section),
  };
};
