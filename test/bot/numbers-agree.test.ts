import type { StoredMessage } from 'slack-sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportCandidates, exportRounds } from '../../src/loop/rounds/export-tables.ts';
import { lightCurvePoints } from '../../src/pictures/card/light-curve-points.ts';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { amplitude } from '../../src/pipeline/features/order-statistics.ts';
import { newestAlertOf } from '../../src/store/intake/alerts.ts';
import { eventually, messagesOf, subjectOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

/* Three rounds of one store, and every place that says something of them in figures. */

let team: Team;
const pictures = createPictureClient();

const plain = (text: string): string =>
  text.replaceAll('\u00a0', ' ').replaceAll('*', '').replaceAll('\\n', '\n');
const reply = async (words: string): Promise<string> => {
  const before = team.sandbox.ephemerals(team.vera).length;
  await team.sandbox.act.command({ user: team.vera, command: '/finkvra', text: words });
  const note = await eventually(`answer to ${words}`, () => team.sandbox.ephemerals(team.vera)[before]);
  return plain(`${note.text} ${textOf(note)}`);
};
const said = (kind: string, round: number): string => {
  const [message] = messagesOf(team.sandbox, kind, round);
  if (message === undefined) throw new Error(`no ${kind} of round ${round}`);
  return plain(textOf(message));
};
const rows = async <T>(table: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const row of table) all.push(row);
  return all;
};
const percent = (share: number | null | undefined): string => `${Math.round(100 * (share ?? Number.NaN))} %`;

const SIZES = [6, 3, 3] as const;
let cards: StoredMessage[][] = [];
beforeAll(async () => {
  team = await startTeam({ next: 'scheduled', pictures });
  cards = [];
  for (const [index, size] of SIZES.entries()) {
    const round = index + 1;
    if (round > 1) await team.loop.openRound();
    const posted = await team.cards(round, size);
    cards.push(posted);
    for (const [i, card] of posted.entries())
      await team.click(team.vera, card, i % 3 === 2 ? 'answer_not_galactic' : 'answer_galactic');
    await eventually(`report ${round}`, () => messagesOf(team.sandbox, 'report_details', round)[0]);
    await eventually('closed', () => said('header', round).includes('closed after'));
  }
});
afterAll(async () => {
  await team.stop();
  await pictures.close();
});

test('P of a candidate: its card, show, and the export', async () => {
  const exported = new Map((await rows(exportCandidates(team.db))).map((row) => [row.candid, row]));
  let scored = 0;
  for (const card of cards.flat()) {
    const { object, candid } = subjectOf(card);
    const p = exported.get(candid)?.p_shown ?? null;
    const words = p === null ? 'No model yet' : `P(galactic) ${percent(p)}`;
    expect(plain(textOf(team.now(card)))).toContain(words);
    expect(await reply(`show ${object}`)).toContain(words);
    if (p !== null) scored += 1;
  }
  // The first round was chosen without a model.
  expect(scored).toBe(6);
});

test('accuracy: report, header, Home, status, history, and the export', async () => {
  const rounds = await rows(exportRounds(team.db));
  const [status, history] = [await reply('status'), await reply('history')];
  await team.sandbox.act.openHome({ user: team.vera });
  for (const { round, accuracy, accuracy_low: low, accuracy_high: high } of rounds) {
    expect(accuracy).not.toBeNull();
    const interval = `${percent(low)} to ${percent(high)}`;
    for (const text of [said('report', round), said('header', round)]) {
      expect(text).toContain(percent(accuracy));
      expect(text).toContain(interval);
    }
    const line = new RegExp(
      `\\b${round} +\\d+ +${percent(accuracy)}[^\\n]*?${interval.replace(/ % to /, '–').replace(' %', '')}`,
    );
    expect(status).toMatch(line);
    expect(history).toMatch(line);
  }
  const last = rounds.at(-1);
  const home = plain(JSON.stringify(await eventually('Home', () => team.sandbox.home(team.vera))));
  expect(home).toContain(`Accuracy ${percent(last?.accuracy)}`);
  expect(home).toContain(`95 % interval ${percent(last?.accuracy_low)} to ${percent(last?.accuracy_high)}`);
});

test('counts of labels: report, header, Home, status, mine, and the export', async () => {
  const rounds = await rows(exportRounds(team.db));
  const status = await reply('status');
  for (const [index, { round, labels, positive, negative, labelled }] of rounds.entries()) {
    const total = SIZES.slice(0, index + 1).reduce((a, b) => a + b, 0);
    expect([labels, (positive ?? 0) + (negative ?? 0), labelled]).toEqual([total, total, SIZES[index]]);
    expect(said('report', round)).toContain(
      `${total} labels in all: ${positive} galactic, ${negative} not galactic`,
    );
    expect(said('header', round)).toContain(`${labelled} of ${labelled} labelled`);
    expect(status).toMatch(new RegExp(`\\b${round} +${total} +\\d+ %`));
  }
  expect(await reply('mine')).toContain('12 labels');
  await team.sandbox.act.openHome({ user: team.vera });
  const home = plain(JSON.stringify(await eventually('Home', () => team.sandbox.home(team.vera))));
  expect(home).toContain('with 12 labels');
  expect(home).toContain('Vera 12 labels');
});

test('what a card says of a light curve is of the points that its picture shows; show says the same', async () => {
  let amplitudes = 0;
  for (const card of cards.flat()) {
    const { object } = subjectOf(card);
    const alert = await newestAlertOf(team.db, object);
    if (alert === null) throw new Error(`no alert of ${object}`);
    const { detections, limits } = lightCurvePoints(alert);
    const current = detections.find((one) => one.current);
    const shown = await reply(`show ${object}`);
    const count = (fid: number): number => detections.filter((one) => one.fid === fid).length;
    for (const [name, fid] of [
      ['g', 1],
      ['r', 2],
    ] as const) {
      if (count(fid) > 0) expect(shown).toMatch(new RegExp(`plotted [^:]*\\b${name} ${count(fid)}\\b`));
      const same = detections.filter((one) => one.fid === fid && one.negative === current?.negative);
      if (same.length < 2) continue;
      const half = amplitude(Float64Array.from(same, ({ magnitude }) => magnitude)) ?? Number.NaN;
      expect(shown).toMatch(new RegExp(`amplitude [^·]*\\b${name} ${half.toFixed(2).replace('.', '\\.')}`));
      amplitudes += 1;
    }
    expect(shown).toContain(`${limits.length} limit`);
    expect(shown).toContain(`= ${alert.magpsf.toFixed(2)}`);
  }
  expect(amplitudes).toBeGreaterThan(5);
});
