import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PictureClient } from '../../src/pictures/picture-client.ts';
import { readTrouble } from '../../src/store/chat/channel-trouble.ts';
import { eventually, isOpenCard, messagesOf, textOf } from '../helpers/service.ts';
import { onePicture, pictureOf, startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

const AWAY_MS = 1500;
const ANY_NUMBER = Number.POSITIVE_INFINITY;
/** The service's own pauses and patience are some twenty times as long. */
const bot = {
  backOff: { firstMs: 25, longestMs: 400 },
  outboxTimes: { firstPauseMs: 25, longestPauseMs: 400, settleMs: 150, doubleLookMs: 1000 },
};

/** All that a workspace answers: its methods, and what is no method. */
const ALL = [undefined, 'upload', 'response_url', 'link'];

/** What a workspace that is away looks like from outside. */
const AWAY: Readonly<Record<string, (sandbox: Sandbox) => Promise<void>>> = {
  'nothing listens': ({ faults }) => faults.goAway(AWAY_MS),
  'a gateway answers with 503': async ({ faults }) => {
    const how = { status: 503, forMs: AWAY_MS };
    for (const method of ALL)
      await faults.failNext(ANY_NUMBER, method === undefined ? how : { ...how, method });
  },
  'somebody else’s page comes in its place': async ({ faults }) => {
    for (const method of ALL) await faults.answerWithPage(ANY_NUMBER, method, AWAY_MS);
  },
  'it says that it is unavailable': ({ faults }) =>
    faults.failNext(ANY_NUMBER, { error: 'service_unavailable', forMs: AWAY_MS }),
  'it carries out and its answers come torn': ({ faults }) => faults.tearNextAnswer(6, 'chat.postMessage'),
};

/** Long before the test's own end, so that what went wrong is said. */
const soon = (what: string, look: () => boolean): Promise<boolean> =>
  eventually(what, look, () => '', 10_000);

let pictures: PictureClient;
let team: Team;
beforeAll(async () => {
  pictures = await onePicture();
});
afterEach(() => team.stop());

const start = async (options: TeamOptions = {}): Promise<void> => {
  team = await startTeam({ pictures, bot, rounds: { firstSize: 4 }, ...options });
};

/** Each message once, every card with its picture, nobody alarmed. */
const isWhole = async (): Promise<void> => {
  await soon('pictures', () =>
    messagesOf(team.sandbox, 'card')
      .filter(isOpenCard)
      .every((card) => pictureOf(card) !== undefined),
  );
  const keys = team.sandbox.messages().flatMap(({ metadata }) => metadata?.event_payload.key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(await readTrouble(team.db)).toEqual([]);
  for (const user of [team.vera, team.chandra, team.cecilia])
    expect(team.sandbox.messages(user.replace(/^U/, 'D'))).toEqual([]);
};

describe('a workspace that is away for a while', () => {
  test.each(Object.keys(AWAY))('while cards and pictures are posted: %s', async (how) => {
    await start({ prepare: async ({ sandbox }) => AWAY[how]?.(sandbox) });
    await team.cards(1, 4);
    await isWhole();
  });

  test.each(Object.keys(AWAY))('while a round closes: %s', async (how) => {
    await start();
    const cards = await team.cards(1, 4);
    for (const card of cards.slice(1)) await team.click(team.vera, card, 'answer_galactic');
    await AWAY[how]?.(team.sandbox);
    const candidateId = Number(cards[0]?.metadata?.event_payload.candidate);
    await team.loop.answer({ candidateId, userId: team.vera, userName: 'Vera', answer: 'galactic' });
    await soon('report', () => messagesOf(team.sandbox, 'report', 1).length === 1);
    for (const card of cards) await soon('verdict', () => textOf(team.now(card)).includes('Galactic – Vera'));
    await team.cards(2, 3);
    await isWhole();
  });

  test('for uploads alone, longer than three tries: cards go out, and their pictures come by themselves', async () => {
    const refused = { method: 'upload', status: 503 };
    await start({ prepare: ({ sandbox }) => sandbox.faults.failNext(ANY_NUMBER, refused) });
    expect((await team.cards(1, 4)).map(pictureOf)).toEqual(Array(4).fill(undefined));
    await team.sandbox.faults.lift('upload');
    await team.sandbox.faults.failNext(16, refused);
    await soon('pictures', () =>
      messagesOf(team.sandbox, 'card').every((card) => pictureOf(card) !== undefined),
    );
    // Slack shows what an update brings only where a posted message has shared it.
    for (const { ts } of messagesOf(team.sandbox, 'card'))
      expect(team.sandbox.placeholders({ ts })).toEqual([]);
  });

  test('when a word is to be answered: the answer comes once it is back', async () => {
    await start();
    await team.cards(1, 4);
    await team.sandbox.faults.failNext(2, { method: 'response_url', status: 503 });
    await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: 'status' });
    await team.note(team.vera, 'Round 1: 0 of 4 labelled');
    expect(team.sandbox.ephemerals(team.vera)).toHaveLength(1);
  });

  test('when somebody opens their Home tab: it is drawn once it is back', async () => {
    await start();
    await team.cards(1, 4);
    // Nothing changes any more that would have it drawn again.
    await soon('connections', () => team.sandbox.connections() >= 2);
    await team.sandbox.faults.failNext(2, { method: 'views.publish', status: 503 });
    await team.sandbox.act.openHome({ user: team.chandra });
    await soon('Home tab', () => JSON.stringify(team.sandbox.home(team.chandra) ?? '').includes('0 of 4'));
  });

  test('so slow that Slack opens no form any more: whoever typed is told to type again', async () => {
    await start();
    await team.cards(1, 4);
    await team.sandbox.faults.failNext(1, { method: 'views.open', error: 'expired_trigger_id' });
    await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: 'label' });
    await team.note(team.vera, 'Type the same again');
  });
});
