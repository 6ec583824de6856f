import { readFileSync } from 'node:fs';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import type { SlackConfig } from '../../config/config.ts';
import { boltLogger } from './connection/bolt-logger.ts';
import { slackFetch } from './connection/slack-fetch.ts';
import { incurable, type Token, whyAway } from './connection/token-refusals.ts';

export interface SlackCheck {
  /** Why the bot token is refused; null if it is accepted. */
  readonly botFault: string | null;
  readonly team: string | null;
  readonly bot: string | null;
  readonly missingScopes: readonly string[];
  /** Why the app token is refused; null if it is accepted. */
  readonly appFault: string | null;
  /** Why the channel cannot be read; null if it can. */
  readonly channelFault: string | null;
  readonly channelName: string | null;
  readonly isMember: boolean;
}

/** The bot scopes in the manifest. */
export const manifestScopes = (): string[] => {
  const manifest = readFileSync(new URL('../../../manifest.yaml', import.meta.url), 'utf8');
  const bot = /\n {4}bot:\n((?: {6}- .*\n)+)/.exec(manifest)?.[1] ?? '';
  return [...bot.matchAll(/^ {6}- ([\w:.]+)/gm)].flatMap(([, scope]) => (scope === undefined ? [] : [scope]));
};

/** The SDK's own log lines would repeat the results. */
const SILENT = boltLogger(pino({ level: 'silent' }));
const OPTIONS = { timeout: 10_000, retryConfig: { retries: 0 }, logger: SILENT, fetch: slackFetch };

/** Checks the tokens, their scopes and the channel with Slack. Posts nothing. */
export const checkSlack = async (slack: SlackConfig): Promise<SlackCheck> => {
  const client = new WebClient(slack.botToken, { ...OPTIONS, slackApiUrl: slack.apiUrl });
  const told = async <T>(
    work: Promise<T>,
    token: Token = 'SLACK_BOT_TOKEN',
  ): Promise<{ answer: T | null; fault: string | null }> => {
    try {
      return { answer: await work, fault: null };
    } catch (error) {
      return { answer: null, fault: incurable(error, token)?.message ?? whyAway(error) };
    }
  };
  const { answer: who, fault: botFault } = await told(client.auth.test());
  const scopes = who?.response_metadata?.scopes ?? null;
  const { answer: info, fault: infoFault } =
    botFault === null
      ? await told(client.conversations.info({ channel: slack.channel }))
      : { answer: null, fault: null };
  // Over HTTP there is no app token.
  const { fault: appFault } =
    slack.appToken === null
      ? { fault: null }
      : await told(
          new WebClient(slack.appToken, { ...OPTIONS, slackApiUrl: slack.apiUrl }).apiCall(
            'apps.connections.open',
          ),
          'SLACK_APP_TOKEN',
        );
  return {
    botFault,
    team: who?.team ?? null,
    bot: who?.user ?? null,
    missingScopes: scopes === null ? [] : manifestScopes().filter((scope) => !scopes.includes(scope)),
    appFault,
    channelFault: botFault ?? infoFault,
    channelName: info?.channel?.name ?? null,
    isMember: info?.channel?.is_member === true,
  };
};
