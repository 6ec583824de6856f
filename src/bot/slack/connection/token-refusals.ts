import { WebAPIPlatformError, WebAPIRequestError } from '@slack/web-api';
import { FinkvraError, networkReason } from '../../../lib/errors.ts';

/** The token in question. */
export type Token = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

const WHERE: Readonly<Record<Token, string>> = {
  SLACK_BOT_TOKEN: 'the Bot User OAuth Token of the app page’s OAuth & Permissions',
  SLACK_APP_TOKEN: 'an App-Level Token with connections:write of the app page’s Basic Information',
};

/** Slack's errors about a token that waiting cannot cure (docs.slack.dev, errors of each method), in words. */
const INCURABLE: Readonly<Record<string, (token: Token) => string>> = {
  invalid_auth: (token) => `Slack does not know it. Set ${token} to ${WHERE[token]}`,
  not_authed: (token) => `it is empty. Set ${token} to ${WHERE[token]}`,
  token_revoked: (token) => `it was revoked. Reinstall the app and set ${token} to ${WHERE[token]}`,
  token_expired: (token) => `it has expired. Turn token rotation off, and set ${token} to ${WHERE[token]}`,
  not_allowed_token_type: (token) => `it is the wrong kind of token. Set ${token} to ${WHERE[token]}`,
  account_inactive: () => 'the app is no longer installed, or its workspace is gone. Install it again',
  user_removed_from_team: () => 'the app was removed from the workspace. Install it again',
  team_disabled: () => 'the workspace is disabled. Ask its owners, or move to another one',
  no_permission: (token) => `it lacks a permission. Set ${token} to ${WHERE[token]}`,
  missing_scope: (token) => `it lacks a scope. Set ${token} to ${WHERE[token]}`,
};

/** Socket Mode is off, or was turned off during the session. */
export const socketModeOff = (): FinkvraError =>
  new FinkvraError(
    'Socket Mode is off, so clicks cannot arrive: turn it on (app page > Socket Mode), or set SLACK_SIGNING_SECRET to receive them over HTTP.',
  );

/** The error that ends the service, if waiting cannot cure Slack's answer; else null. */
export const incurable = (error: unknown, token: Token): FinkvraError | null => {
  if (!(error instanceof WebAPIPlatformError)) return null;
  const { error: name } = error.data;
  if (name === 'socket_mode_not_enabled') return socketModeOff();
  const words = INCURABLE[name];
  if (words === undefined) return null;
  return new FinkvraError(`Slack does not accept ${token} (${name}): ${words(token)}.`, { cause: error });
};

/** Why Slack is unreachable, on one line: the network's reason, which the SDK hides. */
export const whyAway = (error: unknown): string =>
  error instanceof WebAPIRequestError ? networkReason(error.original) : networkReason(error);
