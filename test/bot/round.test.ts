import { afterEach, describe, expect, test } from 'vitest';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { eventually, messagesOf, textOf } from '../helpers/service.ts';
import { relabel, startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

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

const details = (round: number): Promise<string> =>
  eventually(`details of report ${round}`, () => {
    const [found] = messagesOf(team.sandbox, 'report_details', round);
    return found !== undefined && found.thread_ts === report(round).ts && textOf(found);
  });

describe('the report of a round', () => {
  test('is one picture and three sentences; what stands behind them is in its thread', async () => {
    pictures = createPictureClient();
    await playTwoRounds({ pictures });
    const { blocks } = report(2);
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'image', 'section', 'context']);
    const text = textOf(report(2));
    expect(text).toMatch(/Accuracy \d+ %.*since the last round/s);
    expect(text).toMatch(/9 labels in all: \d galactic, \d not galactic/);
    expect(text).not.toContain('truth');
    expect(await details(2)).toContain('truth \\\\ model');
    expect(await details(2)).toContain('Training accuracy');
  });

  test('is summed up in the header of the round, with a link to it', async () => {
    await playTwoRounds();
    const header = (): string => messagesOf(team.sandbox, 'header', 2).map(textOf).join('');
    await eventually('summary', () => /\d galactic, \d not galactic · accuracy \d+ %/.test(header()));
    const link = `archives/C0FINKVRA/p${report(2).ts.replace('.', '')}|Report`;
    await eventually('link', () => header().includes(link));
    expect(header()).not.toContain('review_begin');
  });

  test('says in words what the picture would show where the workspace takes none', async () => {
    pictures = createPictureClient();
    await playTwoRounds({
      pictures,
      prepare: ({ sandbox }) => sandbox.faults.refuseBlockTypes(['image']),
    });
    const text = textOf(report(2));
    expect(report(2).blocks.map(({ type }) => type)).not.toContain('image');
    expect(text).toMatch(/Accuracy by labels: 6: \d+/);
    expect(text).toContain('truth \\\\ model');
  });

  test('gains a picture that came late, shared in its thread first', async () => {
    pictures = createPictureClient();
    await playTwoRounds({ pictures, prepare: ({ sandbox }) => sandbox.faults.refuseUploads(true) });
    const hasPicture = (): boolean => report(2).blocks.some(({ type }) => type === 'image');
    expect(hasPicture()).toBe(false);
    await team.sandbox.faults.refuseUploads(false);
    const [card] = messagesOf(team.sandbox, 'card', 2);
    if (card === undefined) throw new Error('no card');
    await relabel(team, card, 'agn');
    await eventually('picture', hasPicture);
    expect(team.sandbox.placeholders({ ts: report(2).ts })).toEqual([]);
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

test('a post that Slack carries out long after it gave up on it stands in the channel once in the end', async () => {
  team = await startTeam({
    next: 'scheduled',
    bot: { outboxTimes: { settleMs: 60, doubleLookMs: 1500 } },
    prepare: ({ sandbox }) => sandbox.faults.carryOutLate(1, 1500, 'chat.postMessage'),
  });
  await team.cards(1, 6);
  const headers = () => messagesOf(team.sandbox, 'header', 1);
  await eventually('the header, and the one that came late', () => headers().length === 2);
  await eventually('one header', () => headers().length === 1);
  const kept = await team.db.selectFrom('messages').select('ts').where('kind', '=', 'header').execute();
  expect(headers().map(({ ts }) => ts)).toEqual(kept.map(({ ts }) => ts));
});
