import { afterEach, describe, expect, test } from 'vitest';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { eventually, messagesOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

let team: Team;
let pictures: ReturnType<typeof createPictureClient> | null = null;
afterEach(async () => {
  await team.stop();
  await pictures?.close();
  pictures = null;
});

const playTwoRounds = async (options: TeamOptions = {}): Promise<void> => {
  team = await startTeam(options);
  for (const [round, size] of [
    [1, 6],
    [2, 3],
  ] as const) {
    for (const [index, card] of (await team.cards(round, size)).entries())
      await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
    await eventually(`report ${round}`, () => messagesOf(team.sandbox, 'report', round)[0]);
  }
};

const report = (round: number) => {
  const [found] = messagesOf(team.sandbox, 'report', round);
  if (found === undefined) throw new Error(`no report of round ${round}`);
  return found;
};

describe('the report of a round', () => {
  test('has the chart over the rounds, the confusion table, the balance and what changed', async () => {
    await playTwoRounds();
    const text = textOf(report(2));
    expect(report(2).blocks.map(({ type }) => type)).toContain('data_visualization');
    expect(text).toContain('truth \\\\ model');
    expect(text).toMatch(/9 labels in all: \d galactic, \d not galactic/);
    expect(text).toMatch(/since the last round/);
  });

  test('shows the chart as a picture where the workspace does not draw charts', async () => {
    pictures = createPictureClient();
    await playTwoRounds({
      pictures,
      prepare: ({ sandbox }) => sandbox.faults.refuseBlockTypes(['data_visualization']),
    });
    const types = report(2).blocks.map(({ type }) => type);
    expect(types).not.toContain('data_visualization');
    expect(types).toContain('image');
  });

  test('goes out as text where neither is taken', async () => {
    await playTwoRounds({
      prepare: ({ sandbox }) => sandbox.faults.refuseBlockTypes(['data_visualization', 'image']),
    });
    expect(textOf(report(2))).toMatch(/Accuracy \d+ %/);
  });
});

test('with ROUND_LAYOUT=thread the cards stand in the header’s thread, replacements too', async () => {
  team = await startTeam({ rounds: { layout: 'thread' } });
  const [card] = await team.cards(1, 6);
  if (card === undefined) throw new Error('no card');
  await team.click(team.vera, card, 'answer_skip');
  const cards = await team.cards(1, 7);
  const [header] = messagesOf(team.sandbox, 'header', 1);
  expect(new Set(cards.map(({ thread_ts }) => thread_ts))).toEqual(new Set([header?.ts]));
});

test('in a thread too, an answer of Slack that got lost posts nothing twice', async () => {
  team = await startTeam({
    rounds: { layout: 'thread' },
    prepare: ({ sandbox }) => sandbox.faults.loseNextAnswer(3, 'chat.postMessage'),
  });
  await team.cards(1, 6);
  const keys = team.sandbox.messages().map((message) => message.metadata?.event_payload.key);
  expect(new Set(keys).size).toBe(keys.length);
});
