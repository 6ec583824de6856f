import { startSandbox } from 'slack-sandbox';
import { truthButton } from '../bot/content/answer-words.ts';
import { MESSAGE_EVENT } from '../bot/slack/messages/blocks.ts';
import { answerActionId } from '../bot/slack/messages/card-message.ts';
import type { ChatConfig, Config } from '../config/config.ts';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { answerOfLabel } from '../pipeline/learning/answers.ts';
import { simulatedTruth } from '../simulation/simulated-night.ts';

/** Posts at once; a chat's burst is five times what it takes a second. */
const POST_BURST = 300;

/** The sandbox's own words name no setting of ours; these do. */
const begin = async (
  { port, databasePath }: Config['sandbox'],
  options: Parameters<typeof startSandbox>[0],
): ReturnType<typeof startSandbox> => {
  try {
    return await startSandbox(options);
  } catch (error) {
    const why = messageOf(error);
    throw new FinkvraError(
      why.includes('is taken')
        ? `Port ${port} of 127.0.0.1 is taken: set SANDBOX_PORT to another one (0 takes any free one), or stop what listens there.`
        : `The sandbox cannot start with ${databasePath} (${why}): move it away, only the sandbox's messages are in it.`,
      { cause: error },
    );
  }
};

export interface OpenSandbox {
  /** The page's address. */
  readonly url: string;
  /** What the bot needs to work there as it would on the real chat. */
  readonly chat: ChatConfig;
  stop(): Promise<void>;
}

/**
 * Opens the local workspace that stands in for Slack where no tokens are set. Cards of simulated objects
 * can be answered there from the simulation's truth.
 */
export const openSandbox = async ({ sandbox, simulation, modelType }: Config): Promise<OpenSandbox> => {
  const opened = await begin(sandbox, {
    port: sandbox.port,
    databasePath: sandbox.databasePath,
    // Wider than Slack's own (5 posts, 20 calls, a second until a picture can be named): the first round is
    // for somebody who waits for it.
    postBurst: POST_BURST,
    callBurst: 600,
    fileSettleMs: 0,
    bannerText: 'Sandbox on this machine. Objects named SIM… are simulated: nothing about them is real sky.',
    truth: ({ event_type, event_payload }) => {
      const { object } = event_payload;
      if (event_type !== MESSAGE_EVENT || typeof object !== 'string') return null;
      const truth = simulatedTruth(object, simulation.seed);
      return truth === null ? null : answerActionId(truthButton(modelType, answerOfLabel(truth.label)));
    },
  });
  const { botToken, appToken, channel, apiUrl } = opened;
  const slack = { botToken, appToken, http: null, channel, apiUrl, postsPerSecond: POST_BURST / 5 };
  return { url: opened.url, chat: { kind: 'slack', slack }, stop: opened.stop };
};
