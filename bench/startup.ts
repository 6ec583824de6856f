import { connectToSandbox } from 'slack-sandbox/client';
import { eventually, startService, temporaryFolder } from '../test/helpers/service.ts';

export const name = 'startup';

const RUNS = 3;
const CARDS = 30;
/** The highest allowed post rate, so that the rest is our own time. */
const RAISED = { SLACK_POSTS_PER_SECOND: '50' };

const seconds = (since: number): number => Number(((performance.now() - since) / 1000).toFixed(2));

/** Seconds from starting the service, with nothing configured, to its page, its first card and its whole first round. */
const startOnce = async (env: Record<string, string>) => {
  const folder = temporaryFolder();
  const started = performance.now();
  const service = startService({ DATA_DIR: folder.path, SANDBOX_PORT: '0', ...env });
  try {
    const url = await eventually('link', () => service.log().match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
    const page = seconds(started);
    const sandbox = connectToSandbox(url);
    // The round's own message comes before its cards.
    const posted = (count: number) => async () => (await sandbox.messages()).length > count;
    await eventually('first card', posted(1));
    const firstCard = seconds(started);
    await eventually('first round', posted(CARDS));
    return { page, firstCard, allCards: seconds(started) };
  } finally {
    await service.stop();
    folder.remove();
  }
};

const repeat = async (env: Record<string, string>) => {
  const runs: Awaited<ReturnType<typeof startOnce>>[] = [];
  for (let i = 0; i < RUNS; i += 1) runs.push(await startOnce(env));
  const median = (of: (run: (typeof runs)[number]) => number): number =>
    runs.map(of).sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  const [page, firstCard, allCards] = [
    median((run) => run.page),
    median((run) => run.firstCard),
    median((run) => run.allCards),
  ];
  return { page, firstCard, allCards };
};

/** The chat's usual limits, and raised ones; the first run of all may compile what later ones have compiled. */
export const run = async () => ({
  usualLimits: await repeat({}),
  raisedLimits: await repeat(RAISED),
  bars: { firstCard: 4, allCardsRaised: 8 },
  unit: 's',
});
