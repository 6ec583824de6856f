import { REST } from '@discordjs/rest';
import type { DiscordConfig } from '../../../config/config.ts';

const TIMEOUT_MS = 10_000;

/** Three ways to call Discord, so that what may wait holds up nothing that must not. */
export interface RestClients {
  /** Neither tries again nor waits: for what looks before it does a thing twice. */
  readonly oneTry: REST;
  /** Waits out limits and tries again: for direct messages and commands. */
  readonly patient: REST;
  /** For answers to interactions, which have no limit but their 3 seconds. */
  readonly answers: REST;
  /** Ends what keeps the process from ending. */
  close(): void;
}

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
