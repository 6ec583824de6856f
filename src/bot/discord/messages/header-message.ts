import { progressBar } from '../../content/format.ts';
import type { HeaderContent, ReminderContent } from '../../content/header-content.ts';
import { escapeMarkdown, markdownLink, small } from './markdown.ts';
import { type DiscordMessage, embed, message, row, wordButton } from './message.ts';
import { reviewButton } from './review-message.ts';

/** More names would hide the progress. */
const NAMES_SHOWN = 12;
const SIMULATED = '**Simulated alerts: nothing here is real sky.**';

const STATE_WORDS: Readonly<Record<HeaderContent['state'], string | null>> = {
  open: null,
  training: 'All answered: the model is training …',
  closed: null,
};

/** `Vera 10 · Chandra 8 · and 3 more`. */
const namesWithCounts = ({ people }: HeaderContent): string => {
  const shown = people.slice(0, NAMES_SHOWN).map(({ name, count }) => `${escapeMarkdown(name)} ${count}`);
  const more = people.length - NAMES_SHOWN;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' · ');
};

/** A closed round's result, with a link to its report. */
const summaryText = ({ text, report }: NonNullable<HeaderContent['summary']>): string =>
  `${escapeMarkdown(text)}${report === null ? '' : ` · ${markdownLink(report, 'Report')}`}`;

/** A round's header message with its progress, and buttons for what Slack has on its Home tab. */
export const headerMessage = (header: HeaderContent, key: string): DiscordMessage => {
  const skipped = header.skipped === 0 ? '' : `, ${header.skipped} skipped`;
  const disputed = header.disputed === 0 ? '' : `, ${header.disputed} disputed`;
  const progress = `${header.labelled} of ${header.total} labelled${skipped}${disputed}`;
  const notes = [header.chosen, header.opened, header.asked, header.ended].filter((note) => note != null);
  const lines = [
    `${progressBar(header.labelled, header.total)}  **${progress}**`,
    STATE_WORDS[header.state],
    namesWithCounts(header),
    header.summary === null ? null : summaryText(header.summary),
    small([escapeMarkdown(notes.join(' ')), ...(header.simulated ? [SIMULATED] : [])]),
  ];
  return message({
    embeds: [
      embed({ title: header.title, text: lines.filter((line) => line !== null && line !== '').join('\n') }),
    ],
    components: [
      row(
        ...(header.state === 'open' && header.labelled < header.total
          ? [reviewButton('Label next', key)]
          : []),
        wordButton('home', 'My page', key),
        wordButton('guidelines', 'How to label', key),
        wordButton('help', 'Commands', key),
      ),
    ],
  });
};

/** One line in the channel with a link to the first open candidate. Nobody is mentioned. */
export const reminderMessage = ({ text, open, first }: ReminderContent, key: string): DiscordMessage =>
  message({
    embeds: [
      embed({
        text: `⏳ ${escapeMarkdown(text)}${first === null ? '' : ` ${markdownLink(first, 'The first one that waits')}`}`,
      }),
    ],
    components: [
      row(...(open ? [reviewButton('Label next', key)] : []), wordButton('home', 'What waits for me', key)),
    ],
  });
