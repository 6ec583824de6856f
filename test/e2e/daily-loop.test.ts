import type { Sandbox } from 'slack-sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import { scenario } from '../helpers/scenario.ts';
import {
  eventually,
  finkvra,
  finkvraProcess,
  isOpenCard,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';

const FIRST_ROUND = 30;
const ROUND = 10;
const ROUNDS = 5;

describe(`the reference's experiment on ${scenario.name}: 30 labels, then four rounds of 10`, () => {
  const folder = temporaryFolder();
  const env: Record<string, string> = {
    DATA_DIR: folder.path,
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FEATURES: 'reference',
    START: 'reference',
  };
  let sandbox: Sandbox;
  let service: RunningService;

  beforeAll(async () => {
    // Slack's pace (one message a second) has a test of its own; this one is about the loop.
    sandbox = await startRoomySandbox();
    Object.assign(env, slackSettings(sandbox));
    await scenario.load(folder.path);
    service = startService(env);
  });

  afterAll(async () => {
    await service.stop();
    await sandbox.stop();
    folder.remove();
  });

  /** Answers every open card of a round rightly, the three users in turn. */
  const answerRound = async (round: number, size: number): Promise<void> => {
    const cards = await eventually(
      `${size} cards of round ${round}`,
      () => {
        const all = messagesOf(sandbox, 'card', round);
        return all.length === size && all;
      },
      service.log,
    );
    for (const [index, card] of cards.entries()) {
      const user = sandbox.users[index % sandbox.users.length];
      const { outcome } = await sandbox.act.click({
        user: user?.id ?? '',
        ts: card.ts,
        actionId: scenario.rightAnswer(subjectOf(card)),
      });
      expect(outcome).toBe('acknowledged');
    }
  };

  test('each round asks, learns and reports, and the next one follows', async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      await answerRound(round, round === 1 ? FIRST_ROUND : ROUND);
      await eventually(
        `report of round ${round}`,
        () => messagesOf(sandbox, 'report', round)[0],
        service.log,
      );
    }
    await eventually(
      'sixth round',
      () => messagesOf(sandbox, 'card', ROUNDS + 1).length === ROUND,
      service.log,
    );

    const reports = messagesOf(sandbox, 'report');
    expect(reports).toHaveLength(ROUNDS);
    const last = reports.slice(-1).map(textOf).join();
    expect(last).toMatch(/Accuracy \d+ %/);
    expect(last).toMatch(/95 % interval \d+ % to \d+ %/);
    expect(last).toMatch(/\(\d+ %\); .*since the last round/);
    expect(last).toContain('70 labels in all');
    const details = await eventually(
      'details',
      () => messagesOf(sandbox, 'report_details', ROUNDS)[0],
      service.log,
    );
    const behind = textOf(details);
    expect(behind).toMatch(
      /For the \d+ objects labelled or still to choose from .*: .* corrected by 70 labels, predicted by trees that never saw their objects/,
    );
    expect(behind).toMatch(/Training accuracy \d+ %.*comparison/);
    expect(behind).toMatch(/agreed with \d+ of 10 blind answers/);
  });

  test('every card names its object, links to it and says who answered what', () => {
    const cards = messagesOf(sandbox, 'card').filter((card) => !isOpenCard(card));
    expect(cards).toHaveLength(FIRST_ROUND + (ROUNDS - 1) * ROUND);
    for (const card of cards) {
      const { object } = subjectOf(card);
      const text = textOf(card);
      expect(text).toContain(object);
      if (!object.startsWith('SIM')) {
        expect(text).toContain(`https://lasair-ztf.lsst.ac.uk/objects/${object}/`);
        expect(text).toContain(`https://ztf.fink-portal.org/${object}`);
      }
      expect(text).toMatch(/(Galactic|Not galactic) – [A-Z]\w+/);
    }
    expect(new Set(cards.map((card) => subjectOf(card).object)).size).toBe(cards.length);
  });

  test('the headers say that all is labelled, by whom', () => {
    for (const header of messagesOf(sandbox, 'header').slice(0, ROUNDS)) {
      expect(textOf(header)).toMatch(/(30 of 30|10 of 10) labelled/);
    }
    const [first] = messagesOf(sandbox, 'header', 1);
    for (const { realName } of sandbox.users) {
      expect(first === undefined ? '' : textOf(first)).toContain(`${realName.split(' ')[0]} 10`);
    }
  });

  test('the labels come out as they were given, 70 of them, each object once', async () => {
    const { stdout } = await finkvra(['export', 'labels', '--format', 'json'], env);
    const labels: { candid: string; object_id: string; label: string; round: number; drawn: string }[] =
      JSON.parse(stdout);
    expect(labels).toHaveLength(70);
    expect(new Set(labels.map((label) => label.object_id)).size).toBe(70);
    for (const { candid, object_id, label } of labels) {
      expect(`answer_${label}`).toBe(scenario.rightAnswer({ candid, object: object_id }));
    }
    expect(labels.filter(({ drawn }) => drawn === 'random')).toHaveLength(FIRST_ROUND);
    expect(labels.filter(({ drawn }) => drawn === 'weighted')).toHaveLength((ROUNDS - 1) * ROUND);
  });

  test('the status says the same in Slack and in the terminal', async () => {
    await sandbox.act.command({ user: sandbox.users[0]?.id ?? '', command: '/finkvra', text: 'status' });
    const note = await eventually('answer', () => sandbox.ephemerals().at(-1), service.log);
    expect(textOf(note)).toContain('Round 6: 0 of 10 labelled');
    expect(textOf(note)).toContain('70 labels');
    const { stdout, code } = await finkvraProcess(['status', '--json'], env);
    expect(code).toBe(0);
    const status: { closed: { number: number; report: { labels: number; honest: { accuracy: number } } }[] } =
      JSON.parse(stdout);
    expect(status.closed.map(({ report }) => report.labels)).toEqual([30, 40, 50, 60, 70]);
    for (const { report } of status.closed) expect(report.honest.accuracy).toBeGreaterThan(0.5);
  });

  test('the models are listed; one can be made the champion and the title given back', async () => {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await finkvra(['models', ...args, '--json'], env);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const models: { round: number; labels: number; champion: boolean }[] = await run('list');
    expect(models.map(({ labels }) => labels)).toEqual([30, 40, 50, 60, 70]);
    const champion = models.find((model) => model.champion);
    expect(champion).toBeDefined();
    const other = champion?.round === 2 ? 3 : 2;
    expect(await run('promote', String(other))).toMatchObject({ round: other, champion: true });
    expect(await run('rollback')).toMatchObject({ champion: true });
    const unknown = await finkvra(['models', 'promote', '99'], env);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('Round 99 has no model; there are models of rounds 1, 2, 3, 4, 5');
  });

  test('the features are ranked by what the model loses without them', async () => {
    const { stdout } = await finkvra(['importance', '--json'], env);
    const { round, importance }: { round: number; importance: { features: string[]; drop: number }[] } =
      JSON.parse(stdout);
    expect(round).toBe(ROUNDS);
    expect(importance.length).toBeGreaterThanOrEqual(21);
    const drops = importance.map(({ drop }) => drop);
    expect(drops).toEqual([...drops].sort((a, b) => b - a));
  });

  test('the rounds come out with their figures', async () => {
    const { stdout } = await finkvra(['export', 'rounds'], env);
    const [head, ...lines] = stdout.trim().split('\n');
    expect(head).toContain('accuracy_low');
    expect(lines).toHaveLength(ROUNDS + 1);
  });

  test('nothing is left to answer but the sixth round', () => {
    expect(openCards(sandbox)).toHaveLength(ROUND);
  });
});
