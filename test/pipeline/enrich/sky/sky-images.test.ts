import { existsSync, readdirSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSkyCache } from '../../../../src/pipeline/enrich/sky/sky-cache.ts';
import { createSkyClient } from '../../../../src/pipeline/enrich/sky/sky-client.ts';
import { createSkyImages, type SkyImages } from '../../../../src/pipeline/enrich/sky/sky-images.ts';
import { temporaryFolder } from '../../../helpers/service.ts';
import { FIELD, type SkyFault, type SkyStandIn, startSkyStandIn } from '../../../sky/stand-in.ts';

let sky: SkyStandIn;
let folder: ReturnType<typeof temporaryFolder>;
let now = 0;
beforeEach(async () => {
  sky = await startSkyStandIn();
  folder = temporaryFolder();
  now = 1e12;
});
afterEach(async () => {
  await sky.stop();
  folder.remove();
});

const images = (mostBytes = 1e7, timeoutMs = 5000): SkyImages =>
  createSkyImages({
    client: createSkyClient({ url: sky.url, timeoutMs }),
    cache: createSkyCache(join(folder.path, 'sky'), mostBytes),
    log: pino({ level: 'silent' }),
    clock: () => now,
  });
const NORTH = { ra: 150.1, dec: 2.2 };

describe('the sky in colour', () => {
  test('is of Pan-STARRS, south of -30 degrees of DSS2, and credited so', async () => {
    const all = images();
    const [north, edge, south] = await Promise.all(
      [2.2, -29.9, -30.1].map((dec) => all.at({ ra: 150.1, dec })),
    );
    expect(north).toMatchObject({ credit: 'PS1 / CDS', fieldArcsec: 30 });
    expect(edge).toMatchObject({ credit: 'PS1 / CDS' });
    expect(south).toMatchObject({ credit: 'DSS2 / CDS' });
    expect(FIELD.equals(north?.jpeg ?? new Uint8Array())).toBe(true);
    expect(sky.calls.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('is asked for once, also by many at a time and after a restart', async () => {
    const first = images();
    await Promise.all([first.at(NORTH), first.at(NORTH), first.at({ ...NORTH })]);
    await first.at(NORTH);
    expect(await images().at(NORTH)).toMatchObject({ credit: 'PS1 / CDS' });
    expect(sky.calls).toHaveLength(1);
  });

  test.each<SkyFault>([
    { kind: 'status', status: 500 },
    { kind: 'html' },
    { kind: 'no-body' },
    { kind: 'truncated' },
    { kind: 'huge' },
    { kind: 'hang-up' },
    { kind: 'slow', ms: 3000 },
  ])(
    'is missing where the service answers with %j, kept nowhere, and there once it is well',
    async (fault) => {
      const all = images(1e7, fault.kind === 'slow' ? 200 : 5000);
      sky.fail(fault);
      expect(await all.at(NORTH)).toBeNull();
      expect(existsSync(join(folder.path, 'sky'))).toBe(false);
      now += 60_000;
      expect(await all.at(NORTH)).not.toBeNull();
    },
  );

  test('is not asked for again while the service wants to be left alone', async () => {
    const all = images();
    sky.fail({ kind: 'status', status: 429, retryAfter: 100 });
    expect(await all.at(NORTH)).toBeNull();
    now += 99_000;
    expect(await all.at(NORTH)).toBeNull();
    expect(sky.calls).toHaveLength(1);
    now += 2_000;
    expect(await all.at(NORTH)).not.toBeNull();
  });

  test('is fetched anew where the disk cut its file short', async () => {
    await images().at(NORTH);
    const [file = ''] = readdirSync(join(folder.path, 'sky'));
    truncateSync(join(folder.path, 'sky', file), 100);
    expect((await images().at(NORTH))?.jpeg.length).toBe(FIELD.length);
    expect(sky.calls).toHaveLength(2);
  });

  test('takes no more of the disk than it may: what was not looked at for longest goes', async () => {
    const all = images(4.5 * FIELD.length);
    const path = (ra: number): string => join(folder.path, 'sky', `PS1-${ra.toFixed(5)}+2.20000.jpg`);
    for (let ra = 0; ra < 4; ra += 1) {
      await all.at({ ra, dec: 2.2 });
      utimesSync(path(ra), ra + 1, ra + 1);
    }
    // Looked at again: now the newest.
    await all.at({ ra: 0, dec: 2.2 });
    await all.at({ ra: 4, dec: 2.2 });
    expect(readdirSync(join(folder.path, 'sky'))).toHaveLength(3);
    expect([0, 1, 2, 3, 4].filter((ra) => existsSync(path(ra)))).toEqual([0, 3, 4]);
  });
});
