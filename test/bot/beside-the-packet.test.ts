import type { StoredMessage } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPictureClient, type PictureClient } from '../../src/pictures/picture-client.ts';
import { type ArchivedPoint, type FinkStandIn, startFinkStandIn } from '../fink/stand-in.ts';
import { alertWith, detection } from '../helpers/alerts.ts';
import { eventually, messagesOf, temporaryFolder, textOf } from '../helpers/service.ts';
import { startTeam, type Team, type TeamOptions } from '../helpers/team.ts';
import { type SkyStandIn, startSkyStandIn } from '../sky/stand-in.ts';

const JD = 2_460_800.5;
/** Thirty detections in three years, ten of them in g. */
const YEARS: readonly ArchivedPoint[] = Array.from({ length: 30 }, (_, i) => ({
  jd: JD - 36.525 * (i + 1),
  fid: i % 3 === 0 ? 1 : 2,
  magpsf: 19.5,
}));
const ALERTS = Array.from({ length: 4 }, (_, i) =>
  alertWith({
    candid: `306317631001501500${i}`,
    objectId: `ZTF25aaaaaa${'abcd'[i]}`,
    ra: 100 + i,
    dec: 10,
    epochs: [detection({ jd: JD })],
  }),
);

let fink: FinkStandIn;
let sky: SkyStandIn;
let folder: ReturnType<typeof temporaryFolder>;
let pictures: PictureClient;
let team: Team;
beforeEach(async () => {
  fink = await startFinkStandIn(() => YEARS);
  sky = await startSkyStandIn();
  folder = temporaryFolder();
  pictures = createPictureClient();
});
afterEach(async () => {
  await team.stop();
  await Promise.all([pictures.close(), fink.stop(), sky.stop()]);
  folder.remove();
});

/** What was drawn, in the order in which it was. */
const drawn: { history: number | null; sky: boolean }[] = [];

const start = async (options: TeamOptions = {}): Promise<StoredMessage[]> => {
  drawn.length = 0;
  const watched: PictureClient = {
    ...pictures,
    card: (input) => {
      drawn.push({ history: input.history?.length ?? null, sky: input.sky != null });
      return pictures.card(input);
    },
  };
  team = await startTeam({
    alerts: ALERTS,
    rounds: { firstSize: 4 },
    pictures: watched,
    beside: {
      finkApi: fink.url,
      sky: { hips2fits: sky.url, folder: folder.path, mostBytes: 1e7 },
    },
    ...options,
  });
  return team.cards(1, 4);
};

/** The file that a card shows. */
const pictureOf = ({ blocks }: StoredMessage): string =>
  JSON.stringify(
    blocks.flatMap((block) => (block.type === 'image' && 'slack_file' in block ? [block.slack_file] : [])),
  );

const WHOLE = '30 in Fink’s archive (g 10, r 20)';

describe('a card', () => {
  test('goes out with the whole history and the sky: the line, the picture, one post', async () => {
    const cards = await start();
    expect(cards.map(textOf).filter((text) => text.includes(WHOLE))).toHaveLength(4);
    expect(textOf(cards[0] ?? fail())).toContain('first seen 2022-05-05 (3.0 years before)');
    expect(drawn).toEqual(Array(4).fill({ history: 30, sky: true }));
    // Neither a second picture nor a second drawing.
    const rows = await team.db.selectFrom('messages').where('kind', '=', 'card').selectAll().execute();
    expect(rows.map(({ wanted }) => wanted)).toEqual([0, 0, 0, 0]);
    expect(messagesOf(team.sandbox, 'card', 1)).toHaveLength(4);
  });

  test('goes out without what cannot be had, and gains the line and the panel while people are asked', async () => {
    fink.fail({ kind: 'status', status: 500, retryAfter: 0.2 });
    sky.failAlways({ kind: 'status', status: 500 });
    let clock = Date.now();
    const cards = await start({ clock: () => new Date(clock) });
    expect(cards.map(textOf).filter((text) => text.includes('Fink’s archive'))).toHaveLength(0);
    expect(drawn).toEqual(Array(4).fill({ history: null, sky: false }));
    clock += 10 * 60_000;
    // A click tells the service that something has happened; its own clock would have within a minute.
    await team.click(team.vera, cards[3] ?? fail(), 'answer_galactic');
    const [decided, ...open] = cards.toReversed();
    if (decided === undefined) return fail();
    for (const card of open) await team.says(card, WHOLE);
    const before = cards.map(pictureOf);
    await eventually('new pictures', () => open.every((card) => !before.includes(pictureOf(team.now(card)))));
    // Slack shows only what a posted message has shared.
    for (const { ts } of open) expect(team.sandbox.placeholders({ ts })).toEqual([]);
    expect(drawn.slice(4)).toEqual(Array(3).fill({ history: 30, sky: false }));
    expect(pictureOf(team.now(decided))).toBe(pictureOf(decided));
    expect(textOf(team.now(decided))).toContain('Galactic – Vera');
    // An answer changes nothing about it.
    const [card] = open;
    if (card === undefined) return fail();
    const whole = pictureOf(team.now(card));
    await team.click(team.vera, card, 'answer_not_galactic');
    expect(pictureOf(await team.says(card, 'Not galactic – Vera'))).toBe(whole);
    expect(drawn).toHaveLength(7);
  });

  test('goes out in time while the services hang', async () => {
    fink.failAlways({ kind: 'slow', ms: 60_000 });
    sky.failAlways({ kind: 'slow', ms: 60_000 });
    const began = performance.now();
    const cards = await start();
    expect(cards).toHaveLength(4);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

const fail = (): never => {
  throw new Error('no card');
};
