import type { DigestContent, DigestObject } from '../../content/digest-content.ts';
import { clip } from '../limits.ts';
import { escapeMarkdown, markdownLink, small } from './markdown.ts';
import { type DiscordMessage, embed, message, row, wordButton } from './message.ts';

/** What fits on a phone's screen; the rest is in the thread. */
const OBJECTS_SHOWN = 3;
const SIMULATED = '**Simulated alerts: nothing here is real sky.**';

const objectLine = ({ objectId, page, text, links }: DigestObject): string => {
  const name = page === null ? escapeMarkdown(objectId) : markdownLink(page, objectId);
  const pages = links.map((link) => markdownLink(link.url, link.name)).join(' · ');
  return `• **${name}**  ${escapeMarkdown(text)}${pages === '' ? '' : `  ${pages}`}`;
};

/**
 * The daily digest, short enough for a phone's screen.
 * @param pictureId picture of the surest object, or null
 */
export const digestMessage = (
  digest: DigestContent,
  pictureId: string | null,
  key: string,
): DiscordMessage => {
  const shown = digest.surest.slice(0, OBJECTS_SHOWN);
  const [first] = shown;
  const picture =
    pictureId === null || first === undefined
      ? null
      : { id: pictureId, alt: `Stamps and light curve of ${first.objectId}` };
  const lines = [
    ...digest.lines.map(({ name, text }) => `**${name}**  ${escapeMarkdown(text)}`),
    ...(shown.length === 0 ? [] : [`**${escapeMarkdown(digest.surestTitle)}**`, ...shown.map(objectLine)]),
    small([...(digest.simulated ? [SIMULATED] : []), 'Details in the thread.']),
  ];
  return message({
    embeds: [embed({ title: digest.title, text: lines.join('\n'), picture })],
    components: [row(wordButton('status', 'Status', key))],
    pictures: [picture],
  });
};

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`**${escapeMarkdown(title)}**`, ...lines];

/** The digest's details, for its thread. */
export const digestDetailsMessage = (digest: DigestContent): DiscordMessage => {
  const lines = [
    ...list(
      'Taken out',
      digest.takenOut.map((line) => `• ${escapeMarkdown(line)}`),
    ),
    ...list(digest.surestTitle, digest.surest.map(objectLine)),
    ...list('Changed most with the newest model', digest.changed.map(objectLine)),
    ...list(
      'Failed',
      digest.failures.map((line) => `• ${escapeMarkdown(clip(line, 300))}`),
    ),
    ...(digest.accuracyNote === null ? [] : [small([escapeMarkdown(digest.accuracyNote)])]),
  ];
  return message({ embeds: [embed({ text: lines.length === 0 ? 'Nothing to add.' : lines.join('\n') })] });
};
