import type { ActionsBlock } from '@slack/types';
import { progressBar } from '../../content/format.ts';
import type { HeaderContent, ReminderContent } from '../../content/header-content.ts';
import type { SlackMessage } from './blocks.ts';
import { context, fallback, heading, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** More names would hide the progress. */
const NAMES_SHOWN = 12;

/** `Vera 10 · Chandra 8 · and 3 more`. */
const namesWithCounts = (people: readonly { readonly name: string; readonly count: number }[]): string => {
  const shown = people.slice(0, NAMES_SHOWN).map(({ name, count }) => `${escapeMrkdwn(name)} ${count}`);
  const more = people.length - NAMES_SHOWN;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' · ');
};

const STATE_WORDS: Readonly<Record<HeaderContent['state'], string>> = {
  open: '',
  training: '\nAll answered: the model is training …',
  closed: '',
};

/** The button that starts a review. */
export const REVIEW_BEGIN = 'review_begin';

export const labelNext = (blockId: string): ActionsBlock => ({
  type: 'actions',
  block_id: blockId,
  elements: [
    {
      type: 'button',
      action_id: REVIEW_BEGIN,
      text: { type: 'plain_text', text: 'Label next' },
      value: 'next',
    },
  ],
});

/** A closed round's result, with a link to its report. */
const summaryText = ({ text, report }: NonNullable<HeaderContent['summary']>): string =>
  `${escapeMrkdwn(text)}${report === null ? '' : ` · ${mrkdwnLink(report, 'Report')}`}`;

/** A round's header message with its progress. */
export const headerMessage = (header: HeaderContent): SlackMessage => {
  const skipped = header.skipped === 0 ? '' : `, ${header.skipped} skipped`;
  const disputed = header.disputed === 0 ? '' : `, ${header.disputed} disputed`;
  const progress = `${header.labelled} of ${header.total} labelled${skipped}${disputed}`;
  const people = namesWithCounts(header.people);
  const notes = [
    escapeMrkdwn(header.chosen),
    escapeMrkdwn(header.opened),
    escapeMrkdwn(header.asked ?? ''),
    escapeMrkdwn(header.ended ?? ''),
    header.simulated ? '*Simulated alerts: nothing here is real sky.*' : '',
  ].filter((note) => note !== '');
  return {
    text: fallback(`${header.title}: ${progress}`),
    blocks: [
      heading(header.title),
      section(
        `${progressBar(header.labelled, header.total)}  *${progress}*${STATE_WORDS[header.state]}${
          people === '' ? '' : `\n${people}`
        }`,
      ),
      ...(header.summary === null ? [] : [section(summaryText(header.summary))]),
      context(notes.join(' ')),
      ...(header.state === 'open' && header.labelled < header.total ? [labelNext('label_next')] : []),
    ],
  };
};

/** One line in the channel with a link to the first open candidate. Nobody is mentioned. */
export const reminderMessage = ({ text, open, first }: ReminderContent): SlackMessage => ({
  text: fallback(text),
  blocks: [
    section(
      `:hourglass_flowing_sand: ${escapeMrkdwn(text)}${
        first === null ? '' : ` ${mrkdwnLink(first, 'The first one that waits')}`
      }`,
    ),
    ...(open ? [labelNext('label_next')] : []),
  ],
});
