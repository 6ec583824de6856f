import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import type { StoredMessage } from 'slack-sandbox';

/** The workspace that the sandbox is. */
export const OWN_TEAM = 'T0SANDBOX';

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Sends what Slack would send over HTTP, signed with this secret. */
export const createSender =
  (port: number, signingSecret: string) =>
  (
    body: string,
    { secret = signingSecret, age = 0, type = 'application/x-www-form-urlencoded' } = {},
  ): Promise<Response> => {
    const timestamp = String(Math.floor(Date.now() / 1000) - age);
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    return fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    });
  };

/** The body of an interaction: a click, a shortcut, a modal. */
export const interaction = (payload: object): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

/** A click on a card, by somebody of this team in this channel. */
export const clickPayload = (
  user: string,
  card: StoredMessage,
  {
    team = OWN_TEAM,
    channel = card.channel,
    actionId = 'answer_galactic',
    click = '1.5',
    responseUrl = '',
  } = {},
): object => ({
  type: 'block_actions',
  user: { id: user, username: 'vera', name: 'vera', team_id: team },
  // The workspace of the app, also where the person is of another one.
  team: { id: OWN_TEAM, domain: 'x' },
  api_app_id: 'A0FINKVRA',
  token: 'x',
  trigger_id: '1.2',
  container: { type: 'message', message_ts: card.ts, channel_id: channel },
  channel: { id: channel, name: 'finkvra' },
  ...(responseUrl === '' ? {} : { response_url: responseUrl }),
  actions: [
    {
      type: 'button',
      action_id: actionId,
      block_id: 'card',
      value: String(card.metadata?.event_payload.candidate),
      action_ts: click,
    },
  ],
});

/** The body of a slash command. */
export const commandBody = (
  user: string,
  text: string,
  { team = OWN_TEAM, channel = 'C0SANDBOX', command = '/finkvra', trigger = '1.2' } = {},
): string =>
  new URLSearchParams({
    token: 'x',
    team_id: team,
    channel_id: channel,
    channel_name: 'finkvra',
    user_id: user,
    user_name: 'vera',
    command,
    text,
    api_app_id: 'A0FINKVRA',
    trigger_id: trigger,
  }).toString();
