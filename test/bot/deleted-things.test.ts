import type { StoredMessage } from 'slack-sandbox';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PictureClient } from '../../src/pictures/picture-client.ts';
import { eventually, isOpenCard, messagesOf, textOf } from '../helpers/service.ts';
import { onePicture, pictureOf, startTeam, type Team, type TeamOptions } from '../helpers/team.ts';

/** The service looks at the channel once an hour. */
const bot = {
  backOff: { firstMs: 25, longestMs: 400 },
  outboxTimes: { firstPauseMs: 25, longestPauseMs: 200, settleMs: 150, lookEveryMs: 400 },
};

/** Long before the test's own end, so that what went wrong is said. */
const soon = <T>(what: string, look: () => T | undefined | false): Promise<T> =>
  eventually(what, look, () => '', 10_000);

let pictures: PictureClient;
let team: Team;
beforeAll(async () => {
  pictures = await onePicture();
});
afterEach(() => team.stop());

const start = async (options: TeamOptions = {}): Promise<[StoredMessage, ...StoredMessage[]]> => {
  const { rounds, ...more } = options;
  team = await startTeam({ bot, ...more, rounds: { firstSize: 4, ...rounds } });
  const [first, ...others] = await team.cards(1, 4);
  if (first === undefined) throw new Error('no card');
  return [first, ...others];
};

const keyOf = ({ metadata }: StoredMessage): unknown => metadata?.event_payload.key;
const withKey = (key: unknown): StoredMessage | undefined =>
  team.sandbox.messages().find((one) => keyOf(one) === key);

/** Everybody can answer what is open, the round closes, and no message is there twice. */
const canBeFinished = async (): Promise<void> => {
  await soon('four cards', () => messagesOf(team.sandbox, 'card', 1).length >= 4);
  for (const card of messagesOf(team.sandbox, 'card', 1).filter(isOpenCard))
    await team.click(team.vera, card, 'answer_galactic');
  await soon('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
  await team.cards(2, 3);
  const keys = team.sandbox.messages().flatMap((one) => keyOf(one) ?? []);
  expect(new Set(keys).size).toBe(keys.length);
};

describe('a picture’s file that somebody deleted', () => {
  const deletePicture = async (card: StoredMessage): Promise<string> => {
    const file = pictureOf(card);
    if (file === undefined) throw new Error('the card has no picture');
    await team.sandbox.act.deleteFile({ file });
    return file;
  };
  const another = (card: StoredMessage, file: string): Promise<true> =>
    soon('another picture', () => ![file, undefined].includes(pictureOf(team.now(card))) || undefined);

  test('is found at the next look, and the card gets another', async () => {
    const [card] = await start({ pictures });
    await another(card, await deletePicture(card));
    expect(team.sandbox.placeholders({ ts: card.ts })).toEqual([]);
  });

  test('while the service was off holds up no verdict', async () => {
    const [card, second] = await start({ pictures });
    const file = await deletePicture(card);
    await team.restart('galactic');
    await soon('connections', () => team.sandbox.connections() >= 2);
    await team.click(team.vera, card, 'answer_galactic');
    await team.click(team.vera, second as StoredMessage, 'answer_galactic');
    for (const one of [card, second as StoredMessage])
      await soon('verdict', () => textOf(team.now(one)).includes('Galactic – Vera'));
    await another(card, file);
  });
});

describe('a message that somebody deleted', () => {
  test('a card that somebody had answered on is posted again when it is open again', async () => {
    const [card] = await start({
      bot: { ...bot, outboxTimes: { ...bot.outboxTimes, lookEveryMs: 3_600_000 } },
    });
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, 'Galactic – Vera');
    await team.sandbox.act.deleteMessage({ ts: card.ts });
    const candidateId = Number(card.metadata?.event_payload.candidate);
    await team.loop.undo({ candidateId, userId: team.vera, userName: 'Vera', click: null });
    await soon('the card again', () => withKey(keyOf(card)));
    await canBeFinished();
  });

  test('an open card is there again soon when people answer the others', async () => {
    const often = { ...bot.outboxTimes, lookEveryMs: 3_600_000, activeLookMs: 100, headerEveryMs: 100 };
    const [card, second] = await start({ bot: { ...bot, outboxTimes: often } });
    await team.sandbox.act.deleteMessage({ ts: card.ts });
    await team.click(team.vera, second as StoredMessage, 'answer_galactic');
    await soon('the card again', () => withKey(keyOf(card)));
    await canBeFinished();
  });

  test('a report takes nothing with it: its details stand in the channel, and the next round is there', async () => {
    await start();
    await team.sandbox.faults.rateLimitNext(1, 'chat.postMessage', 1);
    for (const card of messagesOf(team.sandbox, 'card', 1))
      await team.click(team.vera, card, 'answer_galactic');
    const report = await soon('report', () => messagesOf(team.sandbox, 'report', 1)[0]);
    await team.sandbox.act.deleteMessage({ ts: report.ts });
    await team.cards(2, 3);
    await soon('details', () => messagesOf(team.sandbox, 'report_details', 1)[0]);
  });

  test('a whole thread with all cards in it is there again, once', async () => {
    await start({ rounds: { layout: 'thread' } });
    for (const { ts } of team.sandbox.messages()) await team.sandbox.act.deleteMessage({ ts });
    await soon('header', () => withKey('header:1'));
    await canBeFinished();
  });

  test('a header leaves the cards in its thread to be answered', async () => {
    await start({ rounds: { layout: 'thread' } });
    const header = messagesOf(team.sandbox, 'header', 1)[0];
    await team.sandbox.act.deleteMessage({ ts: header?.ts ?? '' });
    await soon('header', () => withKey('header:1'));
    await canBeFinished();
  });
});

describe('a channel that changes', () => {
  test('a thread that is locked: what belongs there goes into the channel, and stays once', async () => {
    const [card] = await start({ rounds: { layout: 'thread' } });
    await team.sandbox.act.lockThread({ ts: messagesOf(team.sandbox, 'header', 1)[0]?.ts ?? '' });
    await team.click(team.vera, card, 'answer_skip');
    const fifth = await soon('replacement', () => messagesOf(team.sandbox, 'card', 1)[4]);
    expect(fifth.thread_ts).toBeUndefined();
    await team.restart('galactic');
    await soon('connections', () => team.sandbox.connections() >= 2);
    await canBeFinished();
  });

  test('a bot that somebody took out of it goes on once it is invited again', async () => {
    const [card] = await start();
    const bot = { user: team.sandbox.botUser };
    await team.sandbox.act.leaveChannel(bot);
    const candidateId = Number(card.metadata?.event_payload.candidate);
    await team.loop.answer({ candidateId, userId: team.vera, userName: 'Vera', answer: 'skip' });
    await team.direct(team.vera, 'cannot post to its channel');
    await team.sandbox.act.joinChannel(bot);
    await soon('replacement', () => messagesOf(team.sandbox, 'card', 1)[4]);
    await canBeFinished();
  });
});
