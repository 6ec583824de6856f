import { afterEach, describe, expect, test } from 'vitest';
import { decide } from '../../src/loop/answers/read-answers.ts';
import type { AnswerValue } from '../../src/pipeline/learning/answers.ts';
import type { AnswerRow } from '../../src/store/answers/answers.ts';
import { countLabels, trainingLabels } from '../../src/store/answers/labels.ts';
import { allModels, championModel, latestModel, modelTypeOf } from '../../src/store/rounds/models.ts';
import { candidatesOf, closedRounds, roundUnderWay } from '../../src/store/rounds/rounds.ts';
import { eventually, isOpenCard, messagesOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

let team: Team;
afterEach(() => team.stop());

/** Answers a round's open cards, in turn with each of these. */
const answerRound = async (round: number, count: number, answers: readonly AnswerValue[]): Promise<void> => {
  const cards = await team.cards(round, count);
  for (const [i, card] of cards.filter((one) => isOpenCard(team.now(one))).entries()) {
    const answer = answers[i % answers.length] ?? 'skip';
    const onButton = textOf(team.now(card)).includes(`"answer_${answer}"`);
    if (onButton) await team.click(team.vera, card, `answer_${answer}`);
    else await team.choose(team.vera, card, answer);
  }
  await eventually(`report of round ${round}`, () => messagesOf(team.sandbox, 'report', round)[0]);
};

const start = async (options: TeamOptions = {}): Promise<void> => {
  team = await startTeam(options);
};

describe('a store whose model type is changed', () => {
  test('goes on in its open round with the new question, and trains on all labels read anew', async () => {
    await start({ rounds: { hints: 'before' } });
    await answerRound(1, 6, ['galactic', 'not_galactic', 'agn']);
    const before = await team.cards(2, 3);
    await eventually('P(galactic)', () =>
      textOf(team.now(before[0] ?? before[1] ?? never())).includes('P(galactic)'),
    );
    await team.choose(team.vera, before[0] ?? never(), 'varstar');
    await team.says(before[0] ?? never(), 'Galactic: variable star – Vera');

    await team.restart('transient');
    const [decided, open] = before;
    await team.says(decided ?? never(), 'Not transient: variable star – Vera');
    const asked = textOf(await team.says(open ?? never(), 'Extragalactic transient'));
    expect(asked).toContain('No model yet');
    expect(asked).not.toContain('P(galactic)');
    await answerRound(2, 3, ['not_galactic', 'agn']);

    const [report] = messagesOf(team.sandbox, 'report', 2);
    expect(report === undefined ? '' : textOf(report)).toContain(
      '9 labels in all: 5 transient, 4 not transient',
    );
    expect(await countLabels(team.db, 'transient')).toEqual({ positive: 5, negative: 4, withoutClass: 0 });
    expect((await latestModel(team.db, 'transient', 'context'))?.labels).toBe(9);
    expect((await championModel(team.db, 'galactic'))?.round).toBe(1);
    expect((await championModel(team.db, 'transient'))?.round).toBe(2);
    // What the galactic model thought of a candidate is no opinion on transients.
    for (const { pBefore } of await trainingLabels(team.db, 'transient')) expect(pBefore).toBeNull();
    const third = await team.cards(3, 3);
    await team.says(third[0] ?? never(), /P\(transient\) \d+ %/);
    const round = await roundUnderWay(team.db);
    expect(await modelTypeOf(team.db, round?.model_id ?? 0)).toBe('transient');
  });

  test('asks about others where the open round’s answers have no class any more', async () => {
    await start({ modelType: 'real' });
    const cards = await team.cards(1, 6);
    await team.click(team.vera, cards[0] ?? never(), 'answer_unclear');
    await team.click(team.vera, cards[1] ?? never(), 'answer_bogus');
    await team.says(cards[1] ?? never(), 'Bogus – Vera');
    await team.restart('galactic');
    await team.cards(1, 8);
    await team.says(cards[0] ?? never(), 'Real but unclear – Vera');
    await eventually('header', () =>
      textOf(messagesOf(team.sandbox, 'header', 1)[0] ?? never()).includes('0 of 6 labelled, 2 skipped'),
    );
    await team.restart('real');
    await eventually('header', () =>
      textOf(messagesOf(team.sandbox, 'header', 1)[0] ?? never()).includes('2 of 8 labelled'),
    );
  });

  test('begins with a model of the labels there are where no round is open', async () => {
    await start({ next: 'scheduled' });
    await answerRound(1, 6, ['galactic', 'not_galactic', 'agn', 'varstar']);
    await team.restart('transient');
    const opened = await team.loop.openRound();
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    expect(opened.round).toMatchObject({ model_type: 'transient', size: 3, strategy: 'uncertainty' });
    for (const { p } of await candidatesOf(team.db, opened.round.id)) expect(p).toBeGreaterThanOrEqual(0);
    // It is no round's, so it is neither listed nor promoted.
    expect((await allModels(team.db)).map(({ model_type }) => model_type)).toEqual(['galactic']);
    expect((await latestModel(team.db, 'transient', 'context'))?.round_id).toBeNull();
    await answerRound(2, 3, ['galactic']);
    expect(await closedRounds(team.db, 'transient')).toHaveLength(1);
    expect((await championModel(team.db, 'transient'))?.round).toBe(2);
    expect((await championModel(team.db, 'galactic'))?.round).toBe(1);
  });

  test('begins with a first batch at random where the labels have one class only', async () => {
    await start({ next: 'scheduled' });
    await answerRound(1, 6, ['galactic', 'not_galactic']);
    await team.restart('transient');
    const opened = await team.loop.openRound();
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    expect(opened.round).toMatchObject({
      model_type: 'transient',
      size: 6,
      strategy: 'random',
      model_id: null,
    });
    expect(await latestModel(team.db, 'transient', 'context')).toBeUndefined();
  });
});

describe('several people', () => {
  const votes = (...answers: AnswerValue[]): AnswerRow[] =>
    answers.map((answer, id) => ({
      id,
      candidate_id: 1,
      user_id: `U${id}`,
      user_name: 'Vera',
      answer,
      decided: 0,
      at: '2026-05-02T12:00:00.000Z',
      kind: 'vote',
      click: null,
      p_seen: null,
      note: null,
      unsure: 0,
    }));

  test('who are of two minds leave an object without a class, whatever is asked', async () => {
    await start();
    expect(decide(votes('galactic', 'not_galactic'), 2, 'galactic')).toMatchObject({
      answer: 'unclear',
      y: null,
    });
    expect(decide(votes('galactic', 'bogus'), 2, 'galactic')).toMatchObject({ answer: 'skip', y: null });
    expect(decide(votes('unclear', 'bogus'), 2, 'real')).toMatchObject({ answer: 'skip', y: null });
    expect(decide(votes('galactic', 'agn'), 2, 'transient')).toMatchObject({ answer: 'unclear', y: null });
    // Of one class they agree on what is asked.
    expect(decide(votes('galactic', 'not_galactic'), 2, 'real')).toMatchObject({ answer: 'galactic', y: 1 });
  });
});

function never(): never {
  throw new Error('the round has fewer cards');
}
