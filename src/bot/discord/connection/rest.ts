import { DefaultRestOptions, REST } from '@discordjs/rest';
import type { DiscordConfig } from '../../../config/config.ts';

const TIMEOUT_MS = 10_000;

/** Three REST clients, so that slow calls never delay urgent ones. */
export interface RestClients {
  /** Neither retries nor waits: for the outbox, which looks before a second post. */
  readonly oneTry: REST;
  /** Waits out rate limits and retries: for direct messages and commands. */
  readonly patient: REST;
  /** For answers to interactions: no rate limit, but 3 seconds. */
  readonly answers: REST;
  /** Ends timers that keep the process alive. */
  close(): void;
}

/**
 * Makes one request. The SDK takes any body with status 200 for Discord's: the page of a proxy would be a message
 * without an id.
 * @throws Error if something else answers
 */
const makeRequest: typeof DefaultRestOptions.makeRequest = async (url, init) => {
  const answer = await DefaultRestOptions.makeRequest(url, init);
  const type = answer.headers.get('content-type') ?? 'no content type';
  if (answer.status !== 200 || type.startsWith('application/json')) return answer;
  await answer.text(); // so that the connection is free again
  throw new Error(`the answer is none of Discord's (${type})`);
};

export const createRestClients = ({
  token,
  apiUrl,
}: Pick<DiscordConfig, 'token' | 'apiUrl'>): RestClients => {
  const client = (options: { readonly retries: number; readonly waits: boolean }): REST =>
    new REST({
      api: apiUrl.replace(/\/$/, ''),
      version: '10',
      timeout: TIMEOUT_MS,
      retries: options.retries,
      makeRequest,
      rejectOnRateLimit: options.waits ? null : () => true,
      userAgentAppendix: 'finkvra-bot',
    }).setToken(token);
  const oneTry = client({ retries: 0, waits: false });
  const patient = client({ retries: 2, waits: true });
  const answers = client({ retries: 1, waits: true });
  return {
    oneTry,
    patient,
    answers,
    close: () => {
      for (const rest of [oneTry, patient, answers]) {
        rest.clearHashSweeper();
        rest.clearHandlerSweeper();
      }
    },
  };
};
