import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

/** A Bolt app exactly as the documentation makes one, except for the address of the Web API. */
export const startBoltApp = async (
  sandbox: Pick<Sandbox, 'apiUrl' | 'appToken' | 'botToken'>,
  register: (app: App) => void,
): Promise<{ app: App; stop: () => Promise<void> }> => {
  const clientOptions = { slackApiUrl: sandbox.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: sandbox.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions },
  });
  const app = new App({
    token: sandbox.botToken,
    receiver,
    clientOptions: { ...clientOptions, timeout: 5_000 },
    logLevel: LogLevel.ERROR,
  });
  register(app);
  await app.start();
  return {
    app,
    stop: async () => {
      await app.stop();
    },
  };
};

/** Waits until something is so, looking every 10 ms; fails after 5 s. */
export const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const end = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited 5 s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
