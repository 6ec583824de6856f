import type { HomeView } from '@slack/types';
import type { Access } from '../../access.ts';
import { progressBar } from '../../content/format.ts';
import type { HomeContent } from '../../content/home-content.ts';
import type { HomePage } from '../../content/said.ts';
import type { MessageBlock } from './blocks.ts';
import { context, heading, imageFile, section } from './blocks.ts';
import { labelNext } from './header-message.ts';
import { readGuidelineSections } from './modals/guidelines-modal.ts';
import { escapeMrkdwn, mentions, mrkdwnLink } from './mrkdwn.ts';

const WAITING_SHOWN = 20;
const PEOPLE_SHOWN = 20;
/** Blocks left for the team's guidelines, of Slack's 100. */
const GUIDELINE_SECTIONS = 40;

const waitingText = ({ waiting }: HomeContent): string => {
  const names = waiting
    .slice(0, WAITING_SHOWN)
    .map(({ objectId, page }) => (page === null ? escapeMrkdwn(objectId) : mrkdwnLink(page, objectId)));
  const more = waiting.length - WAITING_SHOWN;
  return `*Waiting for you*\n${names.join('\u00a0· ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const teamText = ({ team }: HomeContent): string => {
  const lines = team
    .slice(0, PEOPLE_SHOWN)
    .map(({ name, text }) => `• *${escapeMrkdwn(name)}* ${escapeMrkdwn(text)}`);
  const more = team.length - PEOPLE_SHOWN;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
};

/** The team's guidelines; their first heading becomes the section's heading. */
const guidelineBlocks = (guidelines: string): MessageBlock[] => {
  const { title, sections } = readGuidelineSections(guidelines, GUIDELINE_SECTIONS);
  return [...(title === null ? [] : [heading(title)]), ...sections.map(section)];
};

/** The accuracy: its curve if the channel has the picture, else in words; and a link to the report. */
const modelBlocks = (
  { trend, points }: HomeContent,
  picture: string | null,
  report: string | null,
): MessageBlock[] => {
  const words = [
    picture === null && trend !== null ? escapeMrkdwn(trend) : null,
    report === null ? null : mrkdwnLink(report, `Report of round ${points.at(-1)?.round}`),
  ].filter((part) => part !== null);
  return [
    ...(picture === null ? [] : [imageFile(picture, `Accuracy over ${points.length} rounds`)]),
    ...(words.length === 0 ? [] : [context(words.join(' · '))]),
  ];
};

/** One person's Home tab. */
export const homeView = (
  { home, picture, report, guidelines, settings }: HomePage,
  access: Pick<Access, 'labellers' | 'operators'>,
): HomeView => {
  const notes = [
    ...(home.paused ? ['No new round is opened until somebody types `/finkvra resume`.'] : []),
    ...(home.simulated ? ['*Simulated alerts: nothing here is real sky.*'] : []),
  ];
  const blocks: MessageBlock[] = [
    ...(home.trouble === null ? [] : [section(`:warning: ${escapeMrkdwn(home.trouble)}`)]),
    heading(`${home.title}${home.paused ? ' · paused' : ''}`),
    section(
      home.done === null
        ? escapeMrkdwn(home.round)
        : `${progressBar(home.done.labelled, home.done.total)}  *${home.done.labelled} of ${home.done.total} labelled*\n${escapeMrkdwn(home.round)}`,
    ),
    ...(home.waiting.length === 0 ? [] : [section(waitingText(home)), labelNext('home_label_next')]),
    ...(notes.length === 0 ? [] : [context(notes.join('\n'))]),
    heading('My labels'),
    section(home.mine.map(escapeMrkdwn).join('\n')),
    ...(home.team.length === 0 ? [] : [heading('The team'), section(teamText(home))]),
    heading('The model'),
    section(
      home.accuracy === null
        ? escapeMrkdwn(home.accuracyNote)
        : `*${escapeMrkdwn(home.accuracy)}* ${escapeMrkdwn(home.accuracyNote)}`,
    ),
    ...modelBlocks(home, picture, report),
    { type: 'divider' },
    ...guidelineBlocks(guidelines),
    { type: 'divider' },
    heading('Settings in force'),
    context(
      [
        ...settings.map(({ name, value }) => `*${escapeMrkdwn(name)}*  ${escapeMrkdwn(value)}`),
        `*May label*  ${mentions(access.labellers)}`,
        `*May run the loop*  ${mentions(access.operators)}`,
      ].join('\n'),
    ),
  ];
  return { type: 'home', blocks };
};
