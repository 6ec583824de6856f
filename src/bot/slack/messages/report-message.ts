import { unbrokenNumbers } from '../../content/format.ts';
import type { PictureId } from '../../content/picture.ts';
import type { ReportContent } from '../../content/report/report-content.ts';
import {
  context,
  expanded,
  fallback,
  heading,
  imageFile,
  type MessageBlock,
  type SlackMessage,
  section,
} from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

const OBJECTS_SHOWN = 10;

const linked = ({ objectId, page }: { readonly objectId: string; readonly page: string | null }): string =>
  page === null ? escapeMrkdwn(objectId) : mrkdwnLink(page, objectId);

/** A sentence that starts with the accuracy in bold. */
const sentenceText = (sentence: string, figure: string | null): string => {
  const text = escapeMrkdwn(unbrokenNumbers(sentence));
  const start = figure === null ? '' : escapeMrkdwn(unbrokenNumbers(figure));
  return start !== '' && text.startsWith(start) ? `*${start}*${text.slice(start.length)}` : text;
};

const monospaced = (text: string): string => `\`\`\`${escapeMrkdwn(text)}\`\`\``;

/** The picture's contents in words, if the chat has no picture. */
const inWords = ({ pictured, confusion }: ReportContent): MessageBlock[] =>
  pictured === null
    ? []
    : [
        section(
          [escapeMrkdwn(pictured.curve), ...(confusion === null ? [] : [monospaced(confusion)])].join('\n'),
        ),
      ];

/**
 * The report of a closed round: the picture and three sentences; details are in its thread.
 * @param picture null if the chat has none yet; then words replace it
 */
export const reportMessage = (report: ReportContent, picture: PictureId | null): SlackMessage => {
  const { title, figure, sentences, warning, since, pictured } = report;
  const blocks: MessageBlock[] = [
    heading(title),
    ...(picture === null || pictured === null ? [] : [imageFile(picture, pictured.alt)]),
    expanded(sentences.map((sentence) => sentenceText(sentence, figure)).join('\n')),
    ...(warning === null ? [] : [section(`:warning: ${escapeMrkdwn(warning)}.`)]),
    ...(picture === null ? inWords(report) : []),
    context([...(since === null ? [] : [escapeMrkdwn(since)]), 'Details in the thread.'].join('\n')),
  ];
  return { text: fallback(`${title}. ${sentences.join(' ')}`), blocks };
};

/** Objects under a heading, the first ones by name. */
const listed = (heading: string, objects: ReportContent['details']['disputed']): string[] => [
  ...(objects.length === 0 ? [] : [`*${heading}* ${objects.length}`]),
  ...objects.slice(0, OBJECTS_SHOWN).map((one) => `• *${linked(one)}* ${escapeMrkdwn(one.text)}`),
  ...(objects.length > OBJECTS_SHOWN ? [`and ${objects.length - OBJECTS_SHOWN} more`] : []),
];

const casesText = ({ hardest, disputed, notSure }: ReportContent['details']): string => {
  const lines = [
    ...(hardest === null ? [] : [`*Hardest case*  *${linked(hardest)}* ${escapeMrkdwn(hardest.text)}`]),
    ...listed('Disputed', disputed),
    ...listed('Not sure', notSure),
  ];
  return lines.join('\n');
};

/** A report's details, for its thread. */
export const reportDetailsMessage = ({ title, confusion, details }: ReportContent): SlackMessage => {
  const cases = casesText(details);
  const lines = details.lines.map((line) => `• ${escapeMrkdwn(line)}`).join('\n');
  const blocks: MessageBlock[] = [
    ...(confusion === null ? [] : [section(monospaced(confusion))]),
    ...(cases === '' ? [] : [section(cases)]),
    context(lines === '' ? 'Nothing to add.' : lines),
  ];
  return { text: fallback(`${title}: details of the report`), blocks };
};
