import { configuredChat, type DiscordConfig, type SlackConfig } from '../../config/config.ts';
import { type Check, type Finding, missing, ok, wrong } from './check.ts';

const slackFindings = async (slack: SlackConfig): Promise<Finding[]> => {
  const { checkSlack } = await import('../../bot/slack/check-slack.ts');
  const found = await checkSlack(slack);
  const findings: Finding[] = [];
  if (found.botFault === null) findings.push(ok('Slack token', `${found.bot} in ${found.team}`));
  else {
    const todo = 'Copy SLACK_BOT_TOKEN again (app page > OAuth & Permissions), or check the network.';
    findings.push(wrong('Slack token', found.botFault, todo));
  }
  if (found.missingScopes.length > 0) {
    const todo = 'Paste manifest.yaml again (app page > App Manifest) and reinstall the app.';
    findings.push(wrong('Slack scopes', `missing ${found.missingScopes.join(', ')}`, todo));
  } else if (found.botFault === null) {
    findings.push(ok('Slack scopes', 'all that the manifest asks for'));
  }
  if (found.appFault === null) {
    const text = slack.appToken === null ? 'not needed: clicks come over HTTP' : 'opens connections';
    findings.push(ok('Slack app token', text));
  } else {
    const todo = 'Make an app-level token with connections:write (app page > Basic Information).';
    findings.push(wrong('Slack app token', found.appFault, todo));
  }
  if (found.channelFault !== null) {
    const todo = `Set SLACK_CHANNEL to the channel's id; invite the bot if the channel is private.`;
    findings.push(wrong('Slack channel', found.channelFault, todo));
  } else if (found.isMember) {
    findings.push(ok('Slack channel', `member of #${found.channelName}`));
  } else {
    const todo = 'The bot joins at its start; a private channel needs /invite.';
    findings.push(missing('Slack channel', `not yet a member of #${found.channelName}`, todo));
  }
  return findings;
};

const discordFindings = async (discord: DiscordConfig): Promise<Finding[]> => {
  const { checkDiscord } = await import('../../bot/discord/check-discord.ts');
  const found = await checkDiscord(discord);
  if (found.tokenFault !== null) {
    const todo =
      'Copy DISCORD_TOKEN again (discord.com/developers > Bot > Reset Token), or check the network.';
    return [wrong('Discord token', found.tokenFault, todo)];
  }
  const findings = [ok('Discord token', `${found.bot}`)];
  const invite = found.invite === null ? '' : ` Invite it again: ${found.invite}`;
  const left = found.sessionsLeft;
  findings.push(
    left === 0
      ? wrong('Discord sessions', 'none left today', 'Wait until tomorrow: one more try resets the token.')
      : ok(
          'Discord sessions',
          `${left ?? 'an unknown number'} left today; intent Guilds, which needs no approval`,
        ),
  );
  if (found.channelFault !== null) {
    const todo = `Set DISCORD_CHANNEL to the id of a text channel that the bot sees (Developer Mode, Copy Channel ID).${invite}`;
    findings.push(wrong('Discord channel', found.channelFault, todo));
  } else findings.push(ok('Discord channel', `sees #${found.channelName}`));
  if (found.missing !== null && found.missing.length > 0) {
    const todo = `Grant them to the bot's role in the channel's settings.${invite}`;
    findings.push(wrong('Discord rights', `missing ${found.missing.join(', ')}`, todo));
  } else if (found.missing !== null) findings.push(ok('Discord rights', 'all that the bot needs'));
  if (found.commands === true) findings.push(ok('Discord commands', '/finkvra is registered'));
  else if (found.commands === false) {
    const todo = `The service registers it when it starts; without the scope applications.commands it cannot.${invite}`;
    findings.push(missing('Discord commands', '/finkvra is not registered yet', todo));
  }
  return findings;
};

/** Checks the configured chat: token, channel and permissions. */
export const chatCheck: Check = async (config) => {
  const chat = configuredChat(config);
  if (chat === null) {
    const todo =
      'Set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_CHANNEL to run it on Slack, or DISCORD_TOKEN and DISCORD_CHANNEL on Discord.';
    return [missing('Slack', 'no tokens of a chat: the service runs in its sandbox', todo)];
  }
  return chat.kind === 'slack' ? slackFindings(chat.slack) : discordFindings(chat.discord);
};
