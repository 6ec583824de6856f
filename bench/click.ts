import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { startBot } from '../src/bot/start-bot.ts';
import { readStatus } from '../src/loop/digest/status.ts';
import { pullAlerts } from '../src/loop/intake/pull.ts';
import { createLoop } from '../src/loop/loop.ts';
import { createLearningClient } from '../src/pipeline/learning/learning-client.ts';
import { createRandom } from '../src/pipeline/learning/seeded-random.ts';
import { DEFAULT_SIMULATION_NIGHT, simulatedSource } from '../src/simulation/simulated-night.ts';
import { openStore } from '../src/store/open-store.ts';
import { percentile } from '../test/helpers/percentile.ts';
import { startRoomySandbox } from '../test/helpers/sandbox.ts';
import { eventually, openCards, temporaryFolder } from '../test/helpers/service.ts';

export const name = 'click';

const CLICKS = 200;
const ROWS = 600;
const COLUMNS = 21;

/**
 * Milliseconds from a click to its acknowledgement, over real sockets, while the learning worker trains a
 * large forest without pause: the answer is in the store by then.
 */
export const run = async () => {
  const folder = temporaryFolder();
  const clock = (): Date => new Date();
  const log = pino({ level: 'silent' });
  const db = await openStore(`${folder.path}/store.sqlite`);
  const sandbox = await startRoomySandbox();
  const source = simulatedSource({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: 300 });
  await pullAlerts({ db, source, name, filter: true, clock });
  const learning = createLearningClient();
  const loop = createLoop({
    db,
    learning: createLearningClient(),
    clock,
    log,
    rounds: {
      firstSize: CLICKS,
      size: 10,
      strategy: 'uncertainty',
      answersPerCandidate: 1,
      hints: 'after',
      layout: 'channel',
    },
    modelType: 'galactic',
    features: 'context',
    start: 'labels',
    others: null,
    engine: 'ml-random-forest',
    tracking: null,
    seed: 1,
    next: 'at-once',
    onMessages: () => bot.wake(),
  });
  const { botToken, appToken, channel, apiUrl } = sandbox;
  const bot = await startBot({
    chat: {
      kind: 'slack',
      slack: { botToken, appToken, http: null, channel, apiUrl, postsPerSecond: 1000 },
    },
    people: { labellers: 'everyone', operators: 'everyone' },
    answersPerCandidate: 1,
    hints: 'after',
    modelType: 'galactic',
    db,
    loop,
    status: () => readStatus(db, clock(), null, 'galactic'),
    clock,
    log,
  });
  await loop.resume();
  await eventually('cards', () => openCards(sandbox).length === CLICKS, undefined, 60_000);

  const training = new AbortController();
  const random = createRandom(1);
  const trainOnAndOn = async (): Promise<void> => {
    while (!training.signal.aborted) {
      const values = Float64Array.from({ length: ROWS * COLUMNS }, () => random.float());
      const names = Array.from({ length: COLUMNS }, (_, i) => `f${i}`);
      await learning.train(
        {
          engine: 'ml-random-forest',
          seed: 1,
          x: { names, rows: ROWS, values },
          y: Uint8Array.from({ length: ROWS }, (_, i) => i % 2),
          groups: Array.from({ length: ROWS }, (_, i) => String(i)),
        },
        { signal: training.signal },
      );
    }
  };
  const ended = trainOnAndOn().catch(() => undefined);
  await sleep(500);
  const ms: number[] = [];
  for (const card of openCards(sandbox).slice(0, CLICKS - 1)) {
    const result = await sandbox.act.click({
      user: sandbox.users[0]?.id ?? '',
      ts: card.ts,
      actionId: 'answer_galactic',
    });
    if (result.outcome !== 'acknowledged') throw new Error(`a click ended in ${result.outcome}`);
    ms.push(result.ms);
  }
  training.abort();
  await ended;
  await bot.stop();
  await loop.stop();
  await learning.close();
  await sandbox.stop();
  await db.destroy();
  folder.remove();
  return {
    clicks: ms.length,
    median: percentile(ms, 0.5),
    p99: percentile(ms, 0.99),
    most: percentile(ms, 1),
    unit: 'ms',
    bar: 250,
  };
};
