import type { KnownBlock } from '@slack/types';
import type { Access } from '../../access.ts';
import { unbrokenNumbers } from '../../content/format.ts';
import type { ObjectContent } from '../../content/object-content.ts';
import { type Figures, type PrivatePicture, pictureWords } from '../../content/picture.ts';
import type { FormReply, Reply, UnknownWord, WordHelp } from '../../content/said.ts';
import { type StatusContent, statusLines } from '../../content/status-content.ts';
import type { MessageBlock, SlackMessage } from './blocks.ts';
import { context, expanded, fallback, imageFile, section } from './blocks.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';
import { noteMessage, type SlackNote } from './note-message.ts';

/** The answer to `/finkvra status`. */
export const statusMessage = (status: StatusContent): SlackMessage => {
  const blocks: KnownBlock[] = [section(`*${escapeMrkdwn(status.round)}*\n${escapeMrkdwn(status.labels)}`)];
  if (status.trouble !== null) blocks.push(section(`:warning: ${escapeMrkdwn(status.trouble)}`));
  if (status.table !== null) blocks.push(section(`\`\`\`${escapeMrkdwn(status.table)}\`\`\``));
  if (status.tableNote !== null) blocks.push(context(escapeMrkdwn(status.tableNote)));
  if (status.numbering !== null) blocks.push(context(escapeMrkdwn(status.numbering)));
  blocks.push(section(statusLines(status).map(escapeMrkdwn).join('\n')));
  return { text: fallback(`${status.round} ${status.labels}`), blocks };
};

/** The answer to `/finkvra show <objectId>`. */
export const objectMessage = (
  object: ObjectContent,
  picture: PrivatePicture,
  card: string | null,
): SlackMessage => {
  const links = object.links.map(({ name, url }) => mrkdwnLink(url, name)).join(' · ');
  const elsewhere = [
    card === null ? null : mrkdwnLink(card, 'Its card'),
    pictureWords(picture, 'Its picture'),
  ].filter((part) => part !== null);
  const lines = [
    `*${escapeMrkdwn(object.objectId)}*  ${object.simulated ? '_simulated: no pages_' : links}`,
    `*${escapeMrkdwn(object.probability)}* · ${escapeMrkdwn(object.label)}`,
    ...object.remarks.map(escapeMrkdwn),
    ...object.facts.map(({ name, text }) => `*${name}*  ${escapeMrkdwn(unbrokenNumbers(text))}`),
  ];
  return {
    text: fallback(`${object.objectId}: ${object.probability}, ${object.label}`),
    blocks: [
      expanded(lines.join('\n')),
      ...(picture.kind === 'shown'
        ? [imageFile(picture.id, `Stamps and light curve of ${object.objectId}`)]
        : []),
      ...(elsewhere.length === 0 ? [] : [context(elsewhere.join(' · '))]),
      context(escapeMrkdwn(`${object.position}\ncandid ${object.candid}`)),
    ],
  };
};

const LONGEST_WORD_SHOWN = 60;

const line = ({ word, usage, what }: WordHelp): string =>
  `\`${escapeMrkdwn(usage === '' ? word : `${word} ${usage}`)}\`  ${escapeMrkdwn(what)}`;

const list = (entries: readonly WordHelp[]): MessageBlock[] => {
  const running = entries.filter(({ who }) => who === 'operate');
  const others = entries.filter(({ who }) => who !== 'operate');
  return [
    section(['*Type `/finkvra` and one of these commands*', ...others.map(line)].join('\n')),
    section(['*For those who run the loop*', ...running.map(line)].join('\n')),
    context('To label, press the buttons of a card; ⋯ has the finer answers.'),
  ];
};

/**
 * The help text.
 * @param unknown an unknown command, with the one that was probably meant
 */
export const helpMessage = (entries: readonly WordHelp[], unknown: UnknownWord | null): SlackMessage => {
  if (unknown === null) return { text: 'Commands of /finkvra', blocks: list(entries) };
  const wrong = escapeMrkdwn(unknown.word.slice(0, LONGEST_WORD_SHOWN));
  const text = `There is no \`/finkvra ${wrong}\`.`;
  return {
    text: `There is no /finkvra ${wrong}`,
    blocks:
      unknown.nearest === null
        ? [section(text), ...list(entries)]
        : [
            section(
              `${text} Did you mean \`/finkvra ${unknown.nearest}\`? \`/finkvra help\` lists all commands.`,
            ),
          ],
  };
};

/** A table of figures, or their picture. */
const figuresMessage = ({ title, table, picture, pictured, note }: Figures): SlackMessage => ({
  text: fallback(title),
  blocks: [picture === null ? section(`\`\`\`${table}\`\`\``) : imageFile(picture, pictured), context(note)],
});

/** The private answer to a command. */
export const replyMessage = (
  reply: Exclude<Reply, FormReply | { readonly kind: 'file' }>,
  access: Pick<Access, 'labellers' | 'operators'>,
): SlackNote => {
  switch (reply.kind) {
    case 'text':
    case 'refused':
      return noteMessage(reply, access);
    case 'help':
      return helpMessage(reply.words, reply.unknown);
    case 'status':
      return statusMessage(reply.status);
    case 'figures':
      return figuresMessage(reply.figures);
    case 'object':
      return objectMessage(reply.object, reply.picture, reply.card);
  }
};
