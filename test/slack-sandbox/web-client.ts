import { webApi } from '@slack/bolt';
import type { Sandbox } from 'slack-sandbox';
import { until } from './bolt-app.ts';

/** Slack's own client, which tells everything at once instead of trying again. */
export const clientOf = (
  sandbox: Pick<Sandbox, 'apiUrl' | 'botToken'>,
  token = sandbox.botToken,
): webApi.WebClient =>
  new webApi.WebClient(token, {
    slackApiUrl: sandbox.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  });

/** What a call came to: ok, Slack's error name, an HTTP status, a Retry-After, or the network's error code. */
export const outcome = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { data, statusCode, retryAfter, original, cause } = Object(error);
    return data?.error ?? statusCode ?? retryAfter ?? original?.cause?.code ?? cause?.code ?? String(error);
  }
};

/** A Socket Mode connection without Slack's client. */
export interface RawConnection {
  /** What it was told, past the hello. */
  readonly said: () => unknown[];
  readonly send: (message: object) => void;
  readonly closed: () => boolean;
  readonly close: () => void;
}

export const connectRaw = async (
  sandbox: Pick<Sandbox, 'apiUrl' | 'botToken' | 'appToken'>,
): Promise<RawConnection> => {
  const { url } = await clientOf(sandbox, sandbox.appToken).apps.connections.open({});
  const socket = new WebSocket(String(url));
  const said: unknown[] = [];
  let closed = false;
  socket.addEventListener('message', ({ data }) => said.push(JSON.parse(String(data))));
  socket.addEventListener('close', () => {
    closed = true;
  });
  await until(() => said.length > 0 || closed, 'the hello');
  return {
    said: () => said.slice(1),
    send: (message) => socket.send(JSON.stringify(message)),
    closed: () => closed,
    close: () => socket.close(),
  };
};

const nothing = (): void => undefined;
const quiet: webApi.Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => webApi.LogLevel.ERROR,
  setName: nothing,
};
