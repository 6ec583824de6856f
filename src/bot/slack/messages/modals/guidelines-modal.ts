import type { ModalView } from '@slack/types';
import { section } from '../blocks.ts';
import { clip } from '../message-limits.ts';
import { markdownToMrkdwn } from '../mrkdwn.ts';

/** The button that shows the guidelines, on cards and in reviews. */
export const GUIDELINES_ACTION = 'guidelines';

/** Slack's limit of blocks. */
const MOST_SECTIONS = 90;
const LONGEST_TITLE = 24;

/** The guidelines' title, if they start with one, and their sections as mrkdwn. */
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

/** The guidelines as a form. */
export const guidelinesModal = (guidelines: string): ModalView => {
  const { title, sections } = readGuidelineSections(guidelines, MOST_SECTIONS);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: clip(title ?? 'How to label', LONGEST_TITLE) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: (sections.length === 0 ? ['Nobody has written guidelines yet.'] : sections).map(section),
  };
};
