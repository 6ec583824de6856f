import type { DigestContent, DigestObject } from '../../content/digest-content.ts';
import type { MessageBlock, SlackMessage } from './blocks.ts';
import { context, fallback, heading, imageFile, section } from './blocks.ts';
import { clip } from './message-limits.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** What fits on a phone's screen; the rest is in the thread. */
const OBJECTS_SHOWN = 3;
const SIMULATED = '*Simulated alerts: nothing here is real sky.*';

const objectLine = ({ objectId, page, text }: DigestObject): string =>
  `• *${page === null ? escapeMrkdwn(objectId) : mrkdwnLink(page, objectId)}*  ${escapeMrkdwn(text)}`;

const withLinks = (object: DigestObject): string => {
  const links = object.links.map(({ name, url }) => mrkdwnLink(url, name)).join(' · ');
  return `${objectLine(object)}${links === '' ? '' : `  ${links}`}`;
};

/**
 * The daily digest, short enough for a phone's screen.
 * @param fileId picture of the surest object, or null
 */
export const digestMessage = (digest: DigestContent, fileId: string | null): SlackMessage => {
  const blocks: MessageBlock[] = [
    heading(digest.title),
    section(digest.lines.map(({ name, text }) => `*${name}*  ${escapeMrkdwn(text)}`).join('\n')),
  ];
  if (digest.surest.length > 0) {
    const shown = digest.surest.slice(0, OBJECTS_SHOWN);
    blocks.push(section([`*${escapeMrkdwn(digest.surestTitle)}*`, ...shown.map(withLinks)].join('\n')));
    const [first] = shown;
    if (fileId !== null && first !== undefined)
      blocks.push(imageFile(fileId, `Stamps and light curve of ${first.objectId}`));
  }
  blocks.push(context([...(digest.simulated ? [SIMULATED] : []), 'Details in the thread.'].join(' ')));
  const text = `${digest.title}: ${digest.lines.map((line) => `${line.name} ${line.text}`).join('; ')}`;
  return { text: fallback(text), blocks };
};

const list = (title: string, lines: readonly string[]): MessageBlock[] =>
  lines.length === 0 ? [] : [section([`*${title}*`, ...lines].join('\n'))];

/** The digest's details, for its thread. */
export const digestDetailsMessage = (digest: DigestContent): SlackMessage => {
  const blocks = [
    ...list(
      'Taken out',
      digest.takenOut.map((line) => `• ${escapeMrkdwn(line)}`),
    ),
    ...list(escapeMrkdwn(digest.surestTitle), digest.surest.map(withLinks)),
    ...list('Changed most with the newest model', digest.changed.map(withLinks)),
    ...list(
      'Failed',
      digest.failures.map((line) => `• ${escapeMrkdwn(clip(line, 300))}`),
    ),
    ...(digest.accuracyNote === null ? [] : [context(escapeMrkdwn(digest.accuracyNote))]),
  ];
  return {
    text: fallback(`Details of ${digest.title}`),
    blocks: blocks.length === 0 ? [context('Nothing to add.')] : blocks,
  };
};
