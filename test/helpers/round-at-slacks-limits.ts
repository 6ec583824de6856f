import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, type StoredMessage, startSandbox } from 'slack-sandbox';
import {
  eventually,
  isOpenCard,
  messagesOf,
  slackSettings,
  startService,
  temporaryFolder,
} from './service.ts';

/** What three people saw of a round in a workspace with Slack's own limits. */
export interface RoundSeen {
  /** The round's cards, as posted. */
  readonly cards: readonly StoredMessage[];
  /** Of each card, in ms: from the click until it showed the verdict. */
  readonly verdicts: readonly number[];
  /** Pictures on the round's messages that nobody sees. */
  readonly placeholders: readonly string[];
  readonly reports: number;
}

const hasPicture = (message: StoredMessage): boolean => message.blocks.some(({ type }) => type === 'image');

/**
 * Plays one round with the real service in a process of its own, in a sandbox that was told nothing about
 * limits: 5 posts at once and then one a second, 20 calls of a method and then its tier, a second until a
 * picture can be shown. @param everyMs from one click to the next
 */
export const roundAtSlacksLimits = async (size: number, everyMs: number): Promise<RoundSeen> => {
  const sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  const folder = temporaryFolder();
  const service = startService({
    DATA_DIR: folder.path,
    SOURCE: 'simulated',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(size),
    ROUND_SIZE: '1',
    ...slackSettings(sandbox),
  });
  try {
    const cards = await eventually(
      `${size} cards with pictures`,
      () => {
        const posted = messagesOf(sandbox, 'card', 1);
        return posted.length >= size && posted.every(hasPicture) && posted;
      },
      service.log,
      120_000,
    );
    const verdicts = await Promise.all(await answerAll(sandbox, cards, everyMs));
    await eventually('report', () => messagesOf(sandbox, 'report', 1)[0], service.log);
    return {
      cards: messagesOf(sandbox, 'card', 1),
      verdicts,
      placeholders: sandbox.messages().flatMap(({ placeholders = [] }) => placeholders),
      reports: messagesOf(sandbox, 'report', 1).length,
    };
  } finally {
    await service.stop();
    await sandbox.stop();
    folder.remove();
  }
};

const answerAll = async (
  sandbox: Sandbox,
  cards: readonly StoredMessage[],
  everyMs: number,
): Promise<Promise<number>[]> => {
  const seen: Promise<number>[] = [];
  for (const [index, { ts }] of cards.entries()) {
    const since = performance.now();
    const user = sandbox.users[index % sandbox.users.length]?.id ?? '';
    const { outcome } = await sandbox.act.click({ user, ts, actionId: 'answer_galactic' });
    if (outcome !== 'acknowledged') throw new Error(`the click on card ${index} met ${outcome}`);
    seen.push(verdictOn(sandbox, ts).then(() => performance.now() - since));
    await sleep(Math.max(0, everyMs - (performance.now() - since)));
  }
  return seen;
};

const verdictOn = (sandbox: Sandbox, ts: string): Promise<StoredMessage> =>
  eventually('verdict', () => {
    const card = sandbox.messages().find((message) => message.ts === ts);
    return card !== undefined && !isOpenCard(card) && card;
  });
