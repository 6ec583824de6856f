import type { HeaderContent } from '../content/header.ts';
import { context, heading, section } from './blocks.ts';
import { escapeMrkdwn } from './escape-mrkdwn.ts';
import type { SlackMessage } from './message.ts';

const BAR_CELLS = 12;

/** A bar of filled and empty squares; full only when everything is done. */
export const progressBar = (done: number, total: number): string => {
  const filled = total === 0 ? BAR_CELLS : Math.floor((done / total) * BAR_CELLS);
  return '▰'.repeat(filled) + '▱'.repeat(BAR_CELLS - filled);
};

const STATE_WORDS: Readonly<Record<HeaderContent['state'], string>> = {
  open: '',
  training: ' · all answered, the model is training …',
  closed: ' · closed, see its report below',
};

/** The message at the head of a round, with its progress. */
export const headerMessage = (header: HeaderContent): SlackMessage => {
  const skipped = header.skipped === 0 ? '' : `, ${header.skipped} skipped`;
  const progress = `${header.labelled} of ${header.total} labelled${skipped}`;
  const people = header.people.map(({ name, count }) => `${escapeMrkdwn(name)} ${count}`).join(' · ');
  const notes = [
    escapeMrkdwn(header.chosen),
    `Opened ${header.opened}.`,
    header.simulated ? '*Simulated alerts: nothing here is real sky.*' : '',
  ].filter((note) => note !== '');
  return {
    text: `${header.title}: ${progress}`,
    blocks: [
      heading(header.title),
      section(
        `${progressBar(header.labelled, header.total)}  *${progress}*${STATE_WORDS[header.state]}${
          people === '' ? '' : `\n${people}`
        }`,
      ),
      context(notes.join(' ')),
    ],
  };
};
