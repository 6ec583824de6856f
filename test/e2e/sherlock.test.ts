import { join } from 'node:path';
import type { Sandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRoomySandbox } from '../helpers/sandbox.ts';
import {
  eventually,
  finkvra,
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  startService,
  subjectOf,
  temporaryFolder,
  textOf,
} from '../helpers/service.ts';
import { type LasairStandIn, startLasairStandIn } from '../lasair/stand-in.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

const FIRST_ROUND = 12;

interface StoredAlert {
  readonly object_id: string;
  readonly dec: number;
  readonly sep_arcsec: number | null;
}

describe.skipIf(!hasSharedData)(
  `Sherlock's answers, on real alerts${sharedNote}`,
  { timeout: 120_000 },
  () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let sandbox: Sandbox;
    let lasair: LasairStandIn;
    let service: RunningService;
    let env: Record<string, string>;

    beforeEach(async () => {
      folder = temporaryFolder();
      sandbox = await startRoomySandbox();
      // South of the equator everything is a galaxy's nucleus, north of it a supernova candidate.
      lasair = await startLasairStandIn({ sky: ({ dec }) => ({ class: dec < 0 ? 'AGN' : 'SN' }) });
      env = {
        DATA_DIR: join(folder.path, 'data'),
        SOURCE: 'none',
        NEXT_ROUND: 'at-once',
        FIRST_ROUND_SIZE: String(FIRST_ROUND),
        LASAIR_ENDPOINT: lasair.endpoint,
        ...slackSettings(sandbox),
      };
      const labelled = sharedPath('alerts', 'labelled.avro');
      const { code, stderr } = await finkvra(['pull', '--no-filter', '--from', labelled], env);
      expect(code, stderr).toBe(0);
    });

    afterEach(async () => {
      await service.stop();
      await sandbox.stop();
      await lasair.stop();
      folder.remove();
    });

    const status = async () => JSON.parse((await finkvra(['status', '--json'], env)).stdout);
    const alerts = async (): Promise<StoredAlert[]> =>
      JSON.parse((await finkvra(['export', 'alerts', '--json'], env)).stdout);

    test('open candidates are asked about first; their cards, features and the pool change', async () => {
      service = startService({ ...env, LASAIR_TOKEN: 'user-token' });
      await eventually('100 calls', () => lasair.calls.length >= 100, service.log);
      await eventually('cards', () => messagesOf(sandbox, 'card').length === FIRST_ROUND, service.log);
      await eventually(
        'Sherlock on every card',
        () => openCards(sandbox).every((card) => textOf(card).includes('Sherlock')),
        service.log,
      );
      const objects = openCards(sandbox).map((card) => subjectOf(card).object);
      const known = await alerts();
      for (const object of objects) {
        expect(known.find(({ object_id }) => object_id === object)?.sep_arcsec).toEqual(expect.any(Number));
      }
      // A neighbour's answer may have served one of them; the others are among the first calls.
      const early = lasair.calls.slice(0, FIRST_ROUND).map(({ dec }) => dec);
      const asked = objects.filter((object) =>
        known.some(
          ({ object_id, dec }) => object_id === object && early.some((at) => Math.abs(at - dec) < 1e-3),
        ),
      );
      expect(asked.length).toBeGreaterThanOrEqual(FIRST_ROUND - 2);
      const { sherlock, alerts: counts } = await status();
      // 148 objects, 100 calls an hour: the rest waits, whatever is asked of it.
      expect(sherlock.found).toBeGreaterThanOrEqual(100);
      expect(sherlock.found + sherlock.waiting).toBe(148);
      expect(lasair.calls.filter(({ status: code }) => code === 200)).toHaveLength(100);
      expect(lasair.calls.length).toBe(100);
      expect(sherlock.excluded.AGN).toBeGreaterThan(0);
      expect(counts.pool).toBeLessThanOrEqual(148 - sherlock.excluded.AGN);
      const { stdout } = await finkvra(['status'], env);
      expect(stdout).toMatch(/Sherlock: \d+ looked up, \d+ waiting; kept out: \d+ AGN/);
      expect(service.log()).not.toContain('user-token');

      // What was found, and what was spent of the hour, survives a kill.
      await service.kill();
      const spent = lasair.calls.length;
      service = startService({ ...env, LASAIR_TOKEN: 'user-token' });
      await eventually('reconnection', () => sandbox.connections() > 0, service.log);
      expect((await status()).sherlock.found).toBe(sherlock.found);
      expect(lasair.calls.length).toBe(spent);
    });

    test('without a token nobody is asked, and the loop goes on', async () => {
      service = startService(env);
      await eventually('cards', () => messagesOf(sandbox, 'card').length === FIRST_ROUND, service.log);
      expect(lasair.calls).toHaveLength(0);
      expect((await alerts()).every(({ sep_arcsec }) => sep_arcsec === null)).toBe(true);
      expect((await status()).sherlock).toMatchObject({ waiting: 148, found: 0 });
    });

    test('while Lasair is down the round goes on; afterwards the answers come', async () => {
      lasair.fail(...Array.from({ length: 2 }, () => ({ kind: 'status', status: 500 }) as const));
      service = startService({ ...env, LASAIR_TOKEN: 'power-token', LASAIR_TOKEN_KIND: 'power' });
      await eventually('cards', () => messagesOf(sandbox, 'card').length === FIRST_ROUND, service.log);
      const doctor = JSON.parse(
        (await finkvra(['doctor', '--json'], { ...env, LASAIR_TOKEN: 'power-token' })).stdout,
      );
      const lasairLine = doctor.find(({ name }: { name: string }) => name === 'Lasair');
      expect(lasairLine).toMatchObject({ state: 'ok' });
      await eventually(
        'answers after the outage',
        () => lasair.calls.filter(({ status: code }) => code === 200).length >= 20,
        service.log,
        60_000,
      );
      expect(await service.stop()).toBe(0);
    });
  },
);
