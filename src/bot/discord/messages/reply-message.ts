import { unbrokenNumbers } from '../../content/format.ts';
import type { ObjectContent } from '../../content/object-content.ts';
import { type Figures, type PrivatePicture, pictureWords } from '../../content/picture.ts';
import type { Reply, UnknownWord, WordHelp } from '../../content/said.ts';
import { type StatusContent, statusLines } from '../../content/status-content.ts';
import { customId } from './custom-ids.ts';
import { codeBlock, escapeMarkdown, markdownLink, noteMarkdown, small } from './markdown.ts';
import { button, type DiscordMessage, embed, message, row } from './message.ts';
import { noteMessage, type Rights } from './note-message.ts';
import { reviewMessage } from './review-message.ts';

const statusMessage = (status: StatusContent): DiscordMessage => {
  const lines = [
    `**${escapeMarkdown(status.round)}**`,
    escapeMarkdown(status.labels),
    ...(status.trouble === null ? [] : [`⚠️ ${escapeMarkdown(status.trouble)}`]),
    ...(status.table === null ? [] : [codeBlock(status.table)]),
    ...[status.tableNote, status.numbering].flatMap((note) =>
      note === null ? [] : [small([escapeMarkdown(note)])],
    ),
    ...statusLines(status).map(escapeMarkdown),
  ];
  return message({ embeds: [embed({ text: lines.join('\n') })] });
};

/** The answer to `/finkvra show`. */
const objectMessage = (
  object: ObjectContent,
  picture: PrivatePicture,
  card: string | null,
): DiscordMessage => {
  const links = object.links.map(({ name, url }) => markdownLink(url, name)).join(' · ');
  const elsewhere = [
    card === null ? null : markdownLink(card, 'Its card'),
    pictureWords(picture, 'Its picture'),
  ].filter((part) => part !== null);
  const lines = [
    object.simulated ? '*simulated: no pages*' : links,
    `**${escapeMarkdown(object.probability)}** · ${escapeMarkdown(object.label)}`,
    ...object.remarks.map((line) => `-# ${escapeMarkdown(line)}`),
    ...object.facts.map(({ name, text }) => `**${name}**  ${escapeMarkdown(unbrokenNumbers(text))}`),
    ...(elsewhere.length === 0 ? [] : [elsewhere.join(' · ')]),
  ];
  const shown =
    picture.kind === 'shown' ? { id: picture.id, alt: `Stamps and light curve of ${object.objectId}` } : null;
  return message({
    embeds: [
      embed({
        title: object.objectId,
        text: lines.join('\n'),
        footer: `${object.position} · candid ${object.candid}`,
        picture: shown,
      }),
    ],
    pictures: [shown],
  });
};

const helpLine = ({ word, usage, what }: WordHelp): string =>
  `\`${usage === '' ? word : `${word} ${usage}`}\`  ${escapeMarkdown(what)}`;

/** Commands that Slack does not need: its Home tab has the page and the guidelines. */
export const OWN_WORDS: readonly WordHelp[] = [
  {
    word: 'home',
    usage: '',
    what: 'my page: what waits for me, my labels, the team, the model',
    who: 'anyone',
  },
  { word: 'guidelines', usage: '', what: 'how to label', who: 'anyone' },
];

const LONGEST_WORD_SHOWN = 60;

/** What somebody typed, as text between backticks. */
const wordShown = ({ word }: UnknownWord): string =>
  word.slice(0, LONGEST_WORD_SHOWN).replaceAll('`', '').replaceAll('@', '@\u200b');

const helpMessage = (words: readonly WordHelp[], unknown: UnknownWord | null): DiscordMessage => {
  const all = [...OWN_WORDS, ...words];
  const running = all.filter(({ who }) => who === 'operate');
  const others = all.filter(({ who }) => who !== 'operate');
  return message({
    content: unknown === null ? '' : `There is no \`/finkvra ${wordShown(unknown)}\`.`,
    embeds: [
      embed({
        text: [
          '**Type `/finkvra` and one of these commands**',
          ...others.map(helpLine),
          '**For those who run the loop**',
          ...running.map(helpLine),
          small(['To label, press the buttons of a card; the menu under them has the finer answers.']),
        ].join('\n'),
      }),
    ],
  });
};

/** A table of figures, or their picture. */
const figuresMessage = ({ title, table, picture, pictured, note }: Figures): DiscordMessage => {
  const shown = picture === null ? null : { id: picture, alt: pictured };
  const lines = [...(picture === null ? [codeBlock(table)] : []), small([escapeMarkdown(note)])];
  return message({ embeds: [embed({ title, text: lines.join('\n'), picture: shown })], pictures: [shown] });
};

/** The private answer to a command. */
export const replyMessage = (reply: Reply, rights: Rights): DiscordMessage => {
  switch (reply.kind) {
    case 'text':
    case 'refused':
      return noteMessage(reply, rights);
    case 'help':
      return helpMessage(reply.words, reply.unknown);
    case 'status':
      return statusMessage(reply.status);
    case 'figures':
      return figuresMessage(reply.figures);
    case 'object':
      return objectMessage(reply.object, reply.picture, reply.card);
    case 'review':
      return reviewMessage(reply.review);
    case 'file':
      return message({ content: noteMarkdown(reply.text) });
    case 'relabel':
      // Discord opens a form only as the first answer to a command, so a button opens it instead.
      return message({
        content: `The form to correct ${escapeMarkdown(reply.label.object_id)} is ready.`,
        components: [row(button(customId('form', [reply.label.object_id], null), 'Open it'))],
      });
  }
};
