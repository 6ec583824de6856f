import type { Sandbox, StoredMessage } from 'slack-sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';

const SIZE = 40;
const VERA = 'U0VERA';
const CHANDRA = 'U0CHANDRA';

const folder = temporaryFolder();
let env: Record<string, string>;
let sandbox: Sandbox;
let service: RunningService;
/** Objects with points enough in g for a slope: three features at once are missing for the others. */
const withSlope = new Set<string>();

interface Model {
  readonly round: number;
  readonly champion: boolean;
  readonly promotedAt: string | null;
  readonly accuracy: number;
  readonly low: number;
}

const finkvraJson = async (...args: string[]) => {
  const { code, stdout, stderr } = await finkvra([...args, '--json'], env);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};
const models = (): Promise<Model[]> => finkvraJson('models', 'list');
const champion = async (): Promise<number | undefined> =>
  (await models()).find((model) => model.champion)?.round;

const now = (message: StoredMessage): StoredMessage =>
  sandbox.messages().find(({ ts }) => ts === message.ts) ?? message;

const click = (user: string, message: StoredMessage, stale = false) =>
  sandbox.act.click({ user, ts: message.ts, actionId: 'promote_model', stale });

/** Answers a round by a rule that any model learns, or by its contrary, which no model can then make sense of. */
const answerRound = async (round: number, contrary: boolean): Promise<void> => {
  const cards = await eventually(
    `cards of round ${round}`,
    () => {
      const all = messagesOf(sandbox, 'card', round);
      return all.length === SIZE && all;
    },
    service.log,
  );
  for (const card of cards) {
    const isPositive = withSlope.has(subjectOf(card).object) !== contrary;
    const actionId = isPositive ? 'answer_galactic' : 'answer_not_galactic';
    await sandbox.act.click({ user: VERA, ts: card.ts, actionId });
  }
  await eventually(`report of round ${round}`, () => messagesOf(sandbox, 'report', round)[0], service.log);
};

const question = (): Promise<StoredMessage> =>
  eventually('question', () => messagesOf(sandbox, 'promotion')[0], service.log);

beforeAll(async () => {
  sandbox = await startRoomySandbox();
  env = {
    DATA_DIR: folder.path,
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    STRATEGY: 'random',
    // The rule that is taught is one of the light curves.
    FEATURES: 'reference',
    FIRST_ROUND_SIZE: String(SIZE),
    ROUND_SIZE: String(SIZE),
    OPERATORS: VERA,
    ...slackSettings(sandbox),
  };
  await scenario.load(folder.path);
  const alerts: { object_id: string; linear_fit_slope: number | null }[] = await finkvraJson(
    'export',
    'alerts',
  );
  for (const { object_id, linear_fit_slope } of alerts) {
    if (linear_fit_slope !== null) withSlope.add(object_id);
  }
  service = startService(env);
});
afterAll(async () => {
  await service.stop();
  await sandbox.stop();
  folder.remove();
});

test('a first model becomes the champion, and nobody is asked', async () => {
  await answerRound(1, false);
  expect(await models()).toMatchObject([{ round: 1, champion: true, promotedAt: expect.any(String) }]);
  expect(messagesOf(sandbox, 'promotion')).toHaveLength(0);
});

test('one whose accuracy falls below the champion’s interval waits, and the channel is asked', async () => {
  await answerRound(2, true);
  const asked = await question();
  const [first, second] = await models();
  expect(second?.accuracy).toBeLessThan(first?.low ?? 0);
  expect(second).toMatchObject({ round: 2, champion: false, promotedAt: null });
  const text = textOf(asked);
  expect(text).toContain('Promote the model of round 2?');
  const percent = (share = 0) => `${Math.round(share * 100)} %`;
  expect(text).toContain(percent(second?.accuracy));
  expect(text).toMatch(
    new RegExp(`model of round 1.* ${percent(first?.accuracy)} \\(${percent(first?.low)} to `),
  );
  expect(asked.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
  expect(asked.thread_ts).toBeUndefined();
});

test('somebody who does not run the loop is told so privately, and nothing changes', async () => {
  const asked = await question();
  expect((await click(CHANDRA, asked)).outcome).toBe('acknowledged');
  const note = await eventually('note', () => sandbox.ephemerals(CHANDRA).at(-1), service.log);
  expect(note.text).toContain('Only <@U0VERA> may do this');
  expect(await champion()).toBe(1);
  expect(now(asked).blocks.map(({ type }) => type)).toContain('actions');
});

test('a click of somebody who does promotes it: the question becomes the answer', async () => {
  const asked = await question();
  expect((await click(VERA, asked)).outcome).toBe('acknowledged');
  const answered = await eventually(
    'answer',
    () => !textOf(now(asked)).includes('promote_model') && now(asked),
    service.log,
  );
  expect(textOf(answered)).toContain('The model of round 2 is the champion now.');
  expect(answered.blocks.map(({ type }) => type)).toEqual(['section']);
  expect(await champion()).toBe(2);
  expect((await finkvra(['models', 'list'], env)).stdout).toMatch(/^ *2 .* champion$/m);
});

test('a second click, on a copy that still shows the button, changes nothing and is told so', async () => {
  const asked = await question();
  const before = await models();
  const clicks = await Promise.all([click(VERA, asked, true), click(VERA, asked, true)]);
  expect(clicks.map(({ outcome }) => outcome)).toEqual(['acknowledged', 'acknowledged']);
  const notes = await eventually(
    'notes',
    () => sandbox.ephemerals(VERA).length === 2 && sandbox.ephemerals(VERA),
    service.log,
  );
  for (const { text } of notes) expect(text).toContain('The model of round 2 is the champion already');
  expect(await models()).toEqual(before);
  expect(textOf(now(asked))).toContain('The model of round 2 is the champion now.');
  expect(messagesOf(sandbox, 'promotion')).toHaveLength(1);
});

test('the title given back on the command line is with the first model again', async () => {
  expect(await finkvraJson('models', 'show')).toMatchObject({ round: 2, champion: true });
  expect(await finkvraJson('models', 'rollback')).toMatchObject({ round: 1, champion: true });
  expect(await finkvraJson('models', 'show', '2')).toMatchObject({ round: 2, champion: false });
  const { stdout } = await finkvra(['models', 'show'], env);
  expect(stdout).toMatch(/^Model of round 1 .*the champion$/m);
  expect(stdout).toMatch(/^accuracy \d+ % \(\d+–\d+ %\)$/m);
  const again = await finkvra(['models', 'rollback'], env);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('there was no other champion');
  expect(await champion()).toBe(1);
});
