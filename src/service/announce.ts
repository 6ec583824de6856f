import { minuteUtc, scheduleWords } from '../bot/content/format.ts';
import { type Config, configuredChat, type DiscordConfig, type SlackConfig } from '../config/config.ts';
import { nextRun } from '../lib/cron-times.ts';
import { readDutyState } from '../loop/duty-state.ts';
import type { Db } from '../store/open-store.ts';
import { alertsFromWords, type Role } from './roles/roles.ts';
import { storeWords } from './store-place.ts';

const pullLine = async (config: Config, db: Db, role: Role): Promise<string> => {
  if (role === 'serve') return alertsFromWords(config);
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
  const { checkSlack } = await import('../bot/slack/check-slack.ts');
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

/** The same of Discord's server. */
const discordLines = async (discord: DiscordConfig): Promise<string[]> => {
  const { checkDiscord } = await import('../bot/discord/check-discord.ts');
  const found = await checkDiscord(discord);
  if (found.tokenFault !== null) return [`Discord does not answer yet: ${found.tokenFault}`];
  return [
    `bot: ${found.bot}`,
    found.channelFault === null
      ? `channel: #${found.channelName} (${discord.channel})`
      : `channel: ${discord.channel} cannot be seen (${found.channelFault}): set DISCORD_CHANNEL to the id of a text channel that the bot sees`,
    found.missing === null || found.missing.length === 0
      ? 'permissions: all that the bot needs'
      : `permissions: missing ${found.missing.join(', ')}: give them to the bot in the channel’s settings`,
  ];
};

const chatLines = async (config: Config): Promise<string[]> => {
  const chat = configuredChat(config);
  if (chat === null) return [];
  return chat.kind === 'slack'
    ? ['Finkvra runs on Slack', ...(await slackLines(chat.slack))]
    : ['Finkvra runs on Discord', ...(await discordLines(chat.discord))];
};

/** What a start found, for the person at the terminal. */
export const startWords = async (config: Config, db: Db, role: Role): Promise<string[]> => [
  ...(await chatLines(config)),
  storeWords(config),
  await pullLine(config, db, role),
  roundLine(config),
];
