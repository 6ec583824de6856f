import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pullAlerts } from '../../../src/loop/intake/pull.ts';
import { readPath } from '../../../src/pipeline/ingest/read-path.ts';
import type { AlertSource, ReadItem } from '../../../src/pipeline/ingest/source.ts';
import {
  countQuarantined,
  discardQuarantined,
  listQuarantine,
} from '../../../src/store/intake/quarantine.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { temporaryFolder } from '../../helpers/service.ts';
import { openTestStore } from '../../helpers/test-store.ts';
import { avscType, packet, packetSchema, writeContainer } from '../../pipeline/ingest/packets.ts';

let folder: ReturnType<typeof temporaryFolder>;
let db: Db;

beforeEach(async () => {
  folder = temporaryFolder();
  db = await openTestStore();
});
afterEach(async () => {
  await db.destroy();
  folder.remove();
});

const key = new Uint8Array(38_000);

const bad = (offset: number, reason: string): ReadItem => ({
  kind: 'unreadable',
  reason,
  origin: { name: 'fink_vra_ztf', kind: 'topic', partition: 0, offset: String(offset) },
  bytes: Uint8Array.from([offset % 256, offset >> 8]),
  key,
});

const sourceOf = (items: readonly ReadItem[]): AlertSource & { stored: number } => {
  const source = {
    total: items.length,
    stored: 0,
    async *batches() {
      for (let at = 0; at < items.length; at += 32) {
        yield {
          items: items.slice(at, at + 32),
          stored: async () => {
            source.stored += 1;
          },
        };
      }
    },
  };
  return source;
};

const pull = (source: AlertSource) =>
  pullAlerts({ db, source, name: 'here', filter: false, clock: () => new Date('2026-05-02T12:00:00Z') });

describe('what fails for one reason again and again', () => {
  test('is kept once with its key, counted, and gone on behind', async () => {
    const items = Array.from({ length: 2000 }, (_, i) => bad(i, `branch ${i} of a union of 2 in "x${i}"`));
    const source = sourceOf([...items, bad(5000, 'the message is empty')]);
    const summary = await pull(source);
    expect(summary).toMatchObject({ read: 2001, quarantined: 2001 });
    expect(source.stored).toBe(63);
    const entries = await listQuarantine(db, false);
    expect(entries.map(({ reason, alike }) => ({ reason, alike }))).toEqual([
      { reason: 'branch 0 of a union of 2 in "x0"', alike: 1999 },
      { reason: 'the message is empty', alike: 0 },
    ]);
    expect(await countQuarantined(db)).toBe(2001);
  });

  test('is counted once when the same place is read again', async () => {
    const items = Array.from({ length: 5 }, (_, i) => bad(i, `branch ${i} of a union of 2`));
    await pull(sourceOf(items));
    await pull(sourceOf(items));
    expect(await listQuarantine(db, false)).toMatchObject([{ alike: 4, offset: '0' }]);
  });

  test('can be thrown away', async () => {
    await pull(sourceOf([bad(1, 'one'), bad(2, 'two')]));
    const [first] = await listQuarantine(db, false);
    expect(await discardQuarantined(db, [first?.id ?? 0, 999])).toEqual([first?.id]);
    expect((await listQuarantine(db, false)).map(({ reason }) => reason)).toEqual(['two']);
  });
});

const otherType = (...names: string[]) =>
  avscType({ type: 'record', name: 'other', fields: names.map((name) => ({ name, type: 'int' })) });

describe('files of another kind', () => {
  const labels = Array.from({ length: 500 }, () => ({ candid: 1, label: 2 }));

  test('are one entry a file, which says the columns that are missing', async () => {
    await writeContainer(join(folder.path, 'labels.avro'), labels, { type: otherType('candid', 'label') });
    const summary = await pull(await readPath([folder.path]));
    expect(summary).toMatchObject({ read: 1, quarantined: 1, leftAlone: [] });
    expect(await listQuarantine(db, false)).toMatchObject([
      { reason: expect.stringContaining('lacks the columns objectId, jd, fid, ra, dec, magpsf'), alike: 0 },
    ]);
  });

  test('are left alone and named beside packets', async () => {
    await writeContainer(join(folder.path, 'labels.avro'), labels, { type: otherType('candid', 'label') });
    await writeContainer(join(folder.path, 'night.avro'), [packet(0), packet(1)], {
      type: avscType(packetSchema),
    });
    const summary = await pull(await readPath([folder.path]));
    expect(summary).toMatchObject({ read: 2, kept: 2, quarantined: 0 });
    expect(summary.leftAlone).toEqual([
      { file: join(folder.path, 'labels.avro'), reason: expect.stringContaining('finkvra import') },
    ]);
    expect(await listQuarantine(db, false)).toEqual([]);
  });

  test('of another survey end the pull in words', async () => {
    await writeContainer(join(folder.path, 'lsst.avro'), [{ diaSourceId: 1 }], {
      type: otherType('diaSourceId'),
    });
    await expect(readPath([folder.path]).then(pull)).rejects.toThrow(
      'these are LSST alerts (diaSourceId …): this version reads ZTF',
    );
    expect(await listQuarantine(db, false)).toEqual([]);
  });
});
