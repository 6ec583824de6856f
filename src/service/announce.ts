import { minuteUtc, scheduleWords } from '../bot/content/format.ts';
import { checkSlack } from '../bot/slack/check-slack.ts';
import type { Config, SlackConfig } from '../config/config.ts';
import { nextRun } from '../lib/cron-times.ts';
import { readDutyState } from '../loop/duty-state.ts';
import type { Db } from '../store/open-store.ts';
import { storeWords } from './store-place.ts';

const pullLine = async (config: Config, db: Db): Promise<string> => {
  if (config.source === 'none') return 'next pull: none (SOURCE=none; finkvra pull --from takes files in)';
  const state = await readDutyState(db, 'pull');
  if (state?.done == null) return 'next pull: now';
  const next = nextRun(config.pull.schedule, config.timeZone);
  return `next pull: ${next === null ? 'never' : minuteUtc(next.toISOString())}`;
};

const roundLine = ({ rounds, timeZone }: Config): string => {
  if (rounds.next === 'at-once') return 'next round: when the last one is answered, or alerts come in';
  const next = nextRun(rounds.schedule, timeZone);
  const when = next === null ? 'never' : minuteUtc(next.toISOString());
  return `next round: ${when} (${scheduleWords(rounds.schedule, timeZone)})`;
};

/** What Slack says of the workspace, one line each; the service goes on whatever it is. */
const slackLines = async (slack: SlackConfig): Promise<string[]> => {
  // The app token is tried by the connection itself.
  const found = await checkSlack({ ...slack, appToken: null });
  if (found.botFault !== null) return [`Slack does not answer yet: ${found.botFault}`];
  const scopes = found.missingScopes;
  return [
    `team: ${found.team}, as ${found.bot}`,
    found.channelFault === null
      ? `channel: #${found.channelName} (${slack.channel})`
      : `channel: ${slack.channel} cannot be read (${found.channelFault}): set SLACK_CHANNEL to the id of one that the bot is in`,
    scopes.length === 0
      ? 'scopes: all that the manifest asks for'
      : `scopes: missing ${scopes.join(', ')}: paste manifest.yaml again (app page > App Manifest) and reinstall the app`,
  ];
};

/** What a start found, for the person at the terminal. */
export const startWords = async (config: Config, db: Db): Promise<string[]> => [
  ...(config.slack === null ? [] : ['Finkvra runs on Slack', ...(await slackLines(config.slack))]),
  storeWords(config),
  await pullLine(config, db),
  roundLine(config),
];
