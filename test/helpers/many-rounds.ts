import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Held } from './measure.ts';
import { startRoomySandbox } from './sandbox.ts';
import { scenario } from './scenario.ts';
import {
  eventually,
  messagesOf,
  openCards,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
} from './service.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'measure.ts')).href;
/** For one round, in ms. */
const PATIENCE_MS = 60_000;

/**
 * Plays so many rounds of two in one process of the service (the first has four), with pictures, trainings and
 * reports, and measures after some of them what it holds.
 * @returns one measurement for each of `after`, in their order
 */
export const playRounds = async (rounds: number, after: readonly number[]): Promise<Held[]> => {
  const folder = temporaryFolder();
  const measures = join(folder.path, 'measures.jsonl');
  const sandbox = await startRoomySandbox({ postBurst: 100_000, callBurst: 100_000 });
  await scenario.load(join(folder.path, 'data'));
  const service = startService({
    DATA_DIR: join(folder.path, 'data'),
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: '4',
    ROUND_SIZE: '2',
    NODE_OPTIONS: `--import ${PRELOAD}`,
    MEASURES: measures,
    ...slackSettings(sandbox),
  });
  const [vera = ''] = sandbox.users.map(({ id }) => id);
  const read = (): string[] =>
    existsSync(measures) ? readFileSync(measures, 'utf8').trim().split('\n') : [];

  const playRound = async (round: number): Promise<void> => {
    const size = round === 1 ? 4 : 2;
    const open = () => openCards(sandbox).filter((card) => card.metadata?.event_payload.round === round);
    const cards = await eventually(
      `${size} cards of round ${round}`,
      () => open().length >= size && open(),
      service.log,
      PATIENCE_MS,
    );
    for (const card of cards) {
      await sandbox.act.click({ user: vera, ts: card.ts, actionId: scenario.rightAnswer(subjectOf(card)) });
    }
    const isReported = () => messagesOf(sandbox, 'report', round).length === 1;
    await eventually(`report of round ${round}`, isReported, service.log, PATIENCE_MS);
  };

  /** Once the next round is posted, nothing of this one is under way. */
  const measure = async (round: number): Promise<void> => {
    await eventually('next round', () => messagesOf(sandbox, 'card', round + 1).length >= 2, service.log);
    // Connections to the chat that nobody uses are closed after 4 s.
    await sleep(5000);
    const before = read().length;
    service.child.kill('SIGUSR2');
    await eventually('measurement', () => read().length > before, service.log);
  };

  try {
    for (let round = 1; round <= rounds; round += 1) {
      await playRound(round);
      if (after.includes(round)) await measure(round);
    }
    return read().map((line) => JSON.parse(line));
  } finally {
    await service.stop();
    await sandbox.stop();
    folder.remove();
  }
};
