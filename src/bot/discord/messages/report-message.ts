import { unbrokenNumbers } from '../../content/format.ts';
import type { PictureId } from '../../content/picture.ts';
import type { PromotionContent } from '../../content/report/promotion-content.ts';
import type { ReportContent } from '../../content/report/report-content.ts';
import { customId } from './custom-ids.ts';
import { codeBlock, escapeMarkdown, markdownLink, small } from './markdown.ts';
import { button, type DiscordMessage, embed, message, row, wordButton } from './message.ts';

const OBJECTS_SHOWN = 10;

const linked = ({ objectId, page }: { readonly objectId: string; readonly page: string | null }): string =>
  page === null ? escapeMarkdown(objectId) : markdownLink(page, objectId);

const plain = (text: string): string => escapeMarkdown(unbrokenNumbers(text));

/** A sentence that starts with the accuracy in bold. */
const sentenceText = (sentence: string, figure: string | null): string =>
  figure !== null && sentence.startsWith(figure)
    ? `**${plain(figure)}**${plain(sentence.slice(figure.length))}`
    : plain(sentence);

/** The picture's contents in words, if there is none. */
const inWords = ({ pictured, confusion }: ReportContent): string[] =>
  pictured === null
    ? []
    : [escapeMarkdown(pictured.curve), ...(confusion === null ? [] : [codeBlock(confusion)])];

/**
 * The report of a closed round: three sentences and the picture; details are in its thread.
 * @param pictureId null if there is none yet; then words replace it
 */
export const reportMessage = (
  report: ReportContent,
  pictureId: PictureId | null,
  key: string,
): DiscordMessage => {
  const { title, figure, sentences, warning, since, pictured } = report;
  const picture = pictureId === null || pictured === null ? null : { id: pictureId, alt: pictured.alt };
  const lines = [
    ...sentences.map((sentence) => sentenceText(sentence, figure)),
    ...(warning === null ? [] : [`⚠️ ${escapeMarkdown(warning)}.`]),
    ...(picture === null ? inWords(report) : []),
    small([...(since === null ? [] : [escapeMarkdown(since)]), 'Details in the thread.']),
  ];
  return message({
    embeds: [embed({ title, text: lines.join('\n'), picture })],
    components: [
      row(wordButton('history', 'All rounds', key), wordButton('importance', 'Feature importance', key)),
    ],
    pictures: [picture],
  });
};

/** Objects under a heading, the first ones by name. */
const listed = (heading: string, objects: ReportContent['details']['disputed']): string[] => [
  ...(objects.length === 0 ? [] : [`**${heading}** ${objects.length}`]),
  ...objects.slice(0, OBJECTS_SHOWN).map((one) => `• **${linked(one)}** ${escapeMarkdown(one.text)}`),
  ...(objects.length > OBJECTS_SHOWN ? [`and ${objects.length - OBJECTS_SHOWN} more`] : []),
];

const caseLines = ({ hardest, disputed, notSure }: ReportContent['details']): string[] => [
  ...(hardest === null ? [] : [`**Hardest case**  **${linked(hardest)}** ${escapeMarkdown(hardest.text)}`]),
  ...listed('Disputed', disputed),
  ...listed('Not sure', notSure),
];

/** A report's details, for its thread. */
export const reportDetailsMessage = ({ confusion, details }: ReportContent): DiscordMessage => {
  const lines = [
    ...(confusion === null ? [] : [codeBlock(confusion)]),
    ...caseLines(details),
    ...details.lines.map((line) => `-# • ${escapeMarkdown(line)}`),
  ];
  return message({ embeds: [embed({ text: lines.length === 0 ? 'Nothing to add.' : lines.join('\n') })] });
};

/** Asks the channel whether a worse model should become the champion. */
export const promotionMessage = (content: PromotionContent, key: string): DiscordMessage =>
  message({
    embeds: [embed({ title: content.title, text: escapeMarkdown(content.decision ?? content.text) })],
    components:
      content.decision === null
        ? [row(button(customId('promote', [content.roundNumber], key), 'Promote it anyway'))]
        : [],
  });
