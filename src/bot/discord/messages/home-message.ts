import type { APIEmbed } from 'discord-api-types/v10';
import { progressBar } from '../../content/format.ts';
import type { HomeContent } from '../../content/home-content.ts';
import type { HomePage } from '../../content/said.ts';
import { escapeMarkdown, markdownLink, mentions, small } from './markdown.ts';
import { type DiscordMessage, embed, message, row, wordButton } from './message.ts';
import type { Rights } from './note-message.ts';
import { reviewButton } from './review-message.ts';

const WAITING_SHOWN = 15;
const PEOPLE_SHOWN = 20;

const waitingLines = ({ waiting }: HomeContent): string[] => {
  if (waiting.length === 0) return [];
  const names = waiting
    .slice(0, WAITING_SHOWN)
    .map(({ objectId, page }) => (page === null ? escapeMarkdown(objectId) : markdownLink(page, objectId)));
  const more = waiting.length - WAITING_SHOWN;
  return ['**Waiting for you**', `${names.join('\u00a0· ')}${more > 0 ? ` and ${more} more` : ''}`];
};

const roundEmbed = (home: HomeContent): APIEmbed =>
  embed({
    title: `${home.title}${home.paused ? ' · paused' : ''}`,
    text: [
      ...(home.trouble === null ? [] : [`⚠️ ${escapeMarkdown(home.trouble)}`]),
      ...(home.done === null
        ? []
        : [
            `${progressBar(home.done.labelled, home.done.total)}  **${home.done.labelled} of ${home.done.total} labelled**`,
          ]),
      escapeMarkdown(home.round),
      ...waitingLines(home),
      ...(home.paused ? ['-# No new round is opened until somebody types `/finkvra resume`.'] : []),
      ...(home.simulated ? [small(['**Simulated alerts: nothing here is real sky.**'])] : []),
    ].join('\n'),
  });

const teamEmbed = ({ team }: HomeContent): APIEmbed[] => {
  if (team.length === 0) return [];
  const more = team.length - PEOPLE_SHOWN;
  const lines = team
    .slice(0, PEOPLE_SHOWN)
    .map(({ name, text }) => `• **${escapeMarkdown(name)}** ${escapeMarkdown(text)}`);
  return [
    embed({ title: 'The team', text: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n') }),
  ];
};

/** One person's page (on Slack the Home tab): private, a snapshot. */
export const homeMessage = (page: HomePage, rights: Rights): DiscordMessage => {
  const { home, picture: pictureId, report, settings } = page;
  const picture =
    pictureId === null ? null : { id: pictureId, alt: `Accuracy over ${home.points.length} rounds` };
  const model = [
    home.accuracy === null ? '' : `**${escapeMarkdown(home.accuracy)}**`,
    escapeMarkdown(home.accuracyNote),
  ].filter((part) => part !== '');
  const more = [
    picture === null && home.trend !== null ? escapeMarkdown(home.trend) : null,
    report === null ? null : markdownLink(report, `Report of round ${home.points.at(-1)?.round}`),
  ].filter((part) => part !== null);
  return message({
    embeds: [
      roundEmbed(home),
      embed({ title: 'My labels', text: home.mine.map(escapeMarkdown).join('\n') }),
      ...teamEmbed(home),
      embed({
        title: 'The model',
        text: [model.join(' '), ...(more.length === 0 ? [] : [more.join(' · ')])].join('\n'),
        picture,
      }),
      embed({
        title: 'Settings in force',
        text: [
          ...settings.map(({ name, value }) => `**${escapeMarkdown(name)}**  ${escapeMarkdown(value)}`),
          `**May label**  ${mentions(rights.labellers, rights.roles)}`,
          `**May run the loop**  ${mentions(rights.operators, rights.roles)}`,
        ].join('\n'),
      }),
    ],
    components: [
      row(
        ...(home.waiting.length === 0 ? [] : [reviewButton('Label next', null)]),
        wordButton('guidelines', 'How to label', null),
      ),
    ],
    pictures: [picture],
  });
};

/** The guidelines in Discord's Markdown; parts that are too long are cut at line ends. */
export const guidelinesMessage = (guidelines: string): DiscordMessage =>
  message({ embeds: [embed({ text: guidelines.trim() })] });
