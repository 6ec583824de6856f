import { truthButton } from '../bot/content/answer-words.ts';
import type { ChatConfig, Config } from '../config/config.ts';
import { FinkvraError, messageOf } from '../lib/errors.ts';
import { answerOfLabel } from '../pipeline/learning/answers.ts';
import { simulatedTruth } from '../simulation/simulated-night.ts';
import type { AnswerValue } from '../store/schema.ts';

/** Posts at once; a chat's burst is five times what it takes a second. */
const POST_BURST = 300;

const BANNER = 'Sandbox on this machine. Objects named SIM… are simulated: nothing about them is real sky.';

/** The sandbox's own words name no setting of ours; these do. */
const begin = async <T>({ port, databasePath }: Config['sandbox'], start: () => Promise<T>): Promise<T> => {
  try {
    return await start();
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

type Answers = (object: string) => AnswerValue | null;

/** The button that says what a simulated object is; null for a real one. */
const answersOf =
  ({ simulation, modelType }: Config): Answers =>
  (object) => {
    const truth = simulatedTruth(object, simulation.seed);
    return truth === null ? null : truthButton(modelType, answerOfLabel(truth.label));
  };

const openSlack = async ({ sandbox }: Config, answer: Answers): Promise<OpenSandbox> => {
  const { startSandbox } = await import('slack-sandbox');
  const { MESSAGE_EVENT } = await import('../bot/slack/messages/blocks.ts');
  const { answerActionId } = await import('../bot/slack/messages/card-message.ts');
  const opened = await begin(sandbox, () =>
    startSandbox({
      port: sandbox.port,
      databasePath: sandbox.databasePath,
      // Wider than Slack's own (5 posts, 20 calls, a second until a picture can be named): the first round is
      // for somebody who waits for it.
      postBurst: POST_BURST,
      callBurst: 600,
      fileSettleMs: 0,
      bannerText: BANNER,
      truth: ({ event_type, event_payload }) => {
        const { object } = event_payload;
        const right = event_type === MESSAGE_EVENT && typeof object === 'string' ? answer(object) : null;
        return right === null ? null : answerActionId(right);
      },
    }),
  );
  const { botToken, appToken, channel, apiUrl } = opened;
  const slack = { botToken, appToken, http: null, channel, apiUrl, postsPerSecond: POST_BURST / 5 };
  return { url: opened.url, chat: { kind: 'slack', slack }, stop: opened.stop };
};

const openDiscord = async ({ sandbox }: Config, answer: Answers): Promise<OpenSandbox> => {
  const { startDiscordSandbox } = await import('discord-sandbox');
  const { answerIdOn } = await import('../bot/discord/messages/card-message.ts');
  const opened = await begin(sandbox, () =>
    startDiscordSandbox({
      port: sandbox.port,
      databasePath: sandbox.databasePath,
      // Wider than Discord's own (5 posts in 5 s), as above.
      rateScale: POST_BURST / 5,
      bannerText: BANNER,
      truth: ({ embeds, components }) => answerIdOn({ embeds, components }, answer),
    }),
  );
  const { botToken: token, channel, apiUrl } = opened;
  const discord = { token, channel, apiUrl, postsPerSecond: POST_BURST / 5 };
  return { url: opened.url, chat: { kind: 'discord', discord }, stop: opened.stop };
};

/**
 * Opens the local stand-in for a chat where no tokens are set. Cards of simulated objects can be answered there
 * from the simulation's truth.
 */
export const openSandbox = (config: Config): Promise<OpenSandbox> =>
  config.sandbox.chat === 'slack'
    ? openSlack(config, answersOf(config))
    : openDiscord(config, answersOf(config));
