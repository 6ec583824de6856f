import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { CardPictureInput } from '../../src/pictures/card/card-picture.ts';
import { cardPicture } from '../../src/pictures/card/card-picture.ts';
import { createPictureClient, type PictureClientOptions } from '../../src/pictures/picture-client.ts';
import { decodePng } from './images.ts';
import { epoch, JD, NO_STAMPS, noise, sampleAlert, stampBytes } from './samples.ts';

const clients: { close(): Promise<void> }[] = [];
const client = (options?: PictureClientOptions) => {
  const one = createPictureClient(options);
  clients.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(clients.splice(0).map((one) => one.close()));
});

const card = (magnitude = 19): CardPictureInput => ({
  alert: sampleAlert([epoch(JD, 1, magnitude), epoch(JD - 4, 2, 20)]),
  stamps: { ...NO_STAMPS, science: stampBytes(noise) },
});
const points = [{ labels: 10, accuracy: 0.7, low: 0.4, high: 0.9, majorityRate: 0.5 }];
const report = { title: 't', subtitle: 's', points, confusion: null };
const script = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

describe('the picture client', () => {
  it('draws the same picture as this thread, and leaves the input whole', async () => {
    const input = card();
    const png = await client().card(input);
    expect(png.equals(cardPicture(input))).toBe(true);
    expect(input.stamps.science?.length).toBeGreaterThan(1000);
  });

  it('draws the first card after its warm-up like any other, and sooner than without', async () => {
    const input = card();
    const milliseconds = async (pictures: ReturnType<typeof createPictureClient>): Promise<number> => {
      const start = performance.now();
      expect((await pictures.card(input)).equals(cardPicture(input))).toBe(true);
      return performance.now() - start;
    };
    const cold = await milliseconds(client());
    const warmed = client();
    await warmed.warmUp();
    expect(await milliseconds(warmed)).toBeLessThan(cold);
  });

  it('draws all kinds, many asked for at once, each answered with its own', async () => {
    const pictures = client();
    const [bright, faint, chart, curves, importance] = await Promise.all([
      pictures.card(card(18)),
      pictures.card(card(20)),
      pictures.report(report),
      pictures.learningCurves({ title: 't', subtitle: 's', majorityRate: 0.5, curves: [] }),
      pictures.importance({ title: 't', subtitle: 's', quantity: 'q', features: [] }),
    ]);
    expect(bright.equals(cardPicture(card(18)))).toBe(true);
    expect(faint.equals(cardPicture(card(20)))).toBe(true);
    for (const png of [chart, curves, importance]) expect(decodePng(png).width).toBe(1080);
  });

  it('tells what went wrong with one picture and draws the next', async () => {
    const pictures = client();
    const broken: CardPictureInput = JSON.parse('{"alert": {"epochs": []}, "stamps": {}}');
    await expect(pictures.card(broken)).rejects.toThrow(/undefined/);
    expect(decodePng(await pictures.report(report)).width).toBe(1080);
  });

  it('rejects what cannot be sent to a thread', async () => {
    const pictures = client();
    const unsendable = { ...report, extra: () => 1 };
    await expect(pictures.report(unsendable)).rejects.toThrow(/could not be cloned/);
    expect(decodePng(await pictures.report(report)).width).toBe(1080);
  });

  it('rejects all that wait when the thread dies, and starts a new one for the next', async () => {
    const pictures = client({ script: script('process.exit(3)') });
    const both = await Promise.allSettled([pictures.report(report), pictures.report(report)]);
    expect(both.map((one) => (one.status === 'rejected' ? String(one.reason) : 'drawn'))).toEqual([
      expect.stringContaining('ended (exit code 3)'),
      expect.stringContaining('ended (exit code 3)'),
    ]);
    await expect(pictures.report(report)).rejects.toThrow('ended (exit code 3)');
  });

  it('gives up a picture that takes too long', async () => {
    const idle = script(
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {})',
    );
    await expect(client({ script: idle, timeoutMs: 200 }).report(report)).rejects.toThrow(
      'not drawn within 200 ms',
    );
  });

  it('rejects what is not drawn when it is closed, and what is asked for afterwards', async () => {
    const pictures = client();
    const waiting = pictures.card(card());
    const outcome = expect(waiting).rejects.toThrow('was closed before this job was done');
    await pictures.close();
    await outcome;
    await expect(pictures.card(card())).rejects.toThrow('is closed');
  });

  it('does not keep the process alive once it has drawn', async () => {
    const url = new URL('../../src/pictures/picture-client.ts', import.meta.url);
    const source = `
      const { createPictureClient } = await import(${JSON.stringify(url.href)});
      const png = await createPictureClient().report(${JSON.stringify(report)});
      console.log(png.length);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source], {
      timeout: 30_000,
    });
    expect(Number((await run).stdout)).toBeGreaterThan(1000);
  });
});
