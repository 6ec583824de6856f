import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Sandbox } from 'slack-sandbox';

/** A Bolt app exactly as the documentation makes one, except for the address of the Web API. */
export const startBoltApp = async (
  sandbox: Pick<Sandbox, 'apiUrl' | 'appToken' | 'botToken'>,
  register: (app: App) => void,
  connections = 1,
  clientPingTimeout?: number,
): Promise<{ app: App; stop: () => Promise<void> }> => {
  const clientOptions = { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } };
  const [receiver, ...others] = Array.from(
    { length: connections },
    () =>
      new SocketModeReceiver({
        appToken: sandbox.appToken,
        logger: quiet,
        installerOptions: { clientOptions },
        ...(clientPingTimeout === undefined ? {} : { clientPingTimeout }),
      }),
  );
  if (receiver === undefined) throw new Error('an app needs a connection');
  const app = new App({
    token: sandbox.botToken,
    receiver,
    clientOptions: { ...clientOptions, timeout: 5_000 },
    logger: quiet,
  });
  register(app);
  await app.start();
  for (const other of others) {
    other.init(app);
    await other.start();
  }
  return {
    app,
    stop: async () => {
      await app.stop();
      for (const other of others) await other.stop();
    },
  };
};

/** These tests break connections on purpose; what Bolt says about that is of no interest. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Waits until something is so, looking every 10 ms; fails after 5 s. */
export const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const end = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited 5 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
