import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginPull } from '../../src/store/intake/pulls.ts';
import { quarantine } from '../../src/store/intake/quarantine.ts';
import { openStore } from '../../src/store/open-store.ts';
import { finkvra, temporaryFolder } from '../helpers/service.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;

beforeEach(() => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder.path, 'data') };
});
afterEach(() => folder.remove());

const json = async (...args: string[]) => {
  const { stdout, stderr, code } = await finkvra([...args, '--json'], env);
  expect(stderr).toMatch(/^store: .*\n$/);
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

describe.skipIf(!hasSharedData)(`finkvra quarantine with real packets${sharedNote}`, () => {
  const key = () => readFileSync(sharedPath('alerts', 'kafka-key.json'));
  const value = (i: number) => readFileSync(sharedPath('alerts', `kafka-value-${i}.avro-bin`));

  /** A store in which the messages of a topic could not be read, as an older version would have left it. */
  const leave = async (messages: readonly { key: Uint8Array; bytes: Uint8Array }[]): Promise<void> => {
    const db = await openStore(join(env.DATA_DIR ?? '', 'finkvra.sqlite'));
    const pull = await beginPull(db, 'topic fink_vra_ztf', '2026-05-01T14:00:00.000Z');
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await quarantine(
        db,
        pull,
        messages.map(({ key: k, bytes }, i) => ({
          kind: 'unreadable',
          // What fails for one reason is kept once: these failed for one each.
          reason: `an older version could not read it${['', ' either', ' also'][i] ?? i}`,
          origin: { name: 'fink_vra_ztf', kind: 'topic', partition: 3, offset: String(40 + i) },
          bytes,
          key: k,
        })),
        '2026-05-01T14:00:00.000Z',
      );
    }
    await db.destroy();
  };

  test('lists and shows what waits, each message once however often it was read', async () => {
    await leave([{ key: Buffer.from('2.7_3.10.1'), bytes: value(0) }]);
    const [entry, ...more] = await json('quarantine', 'list');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ partition: 3, offset: '40', size: value(0).length, tries: 0 });
    const text = await finkvra(['quarantine', 'list'], env);
    expect(text.stdout).toContain('fink_vra_ztf partition 3 offset 40');
    const copy = join(folder.path, 'value');
    const shown = await finkvra(['quarantine', 'show', String(entry.id), '--bytes', copy], env);
    expect(shown.stdout).toContain('an older version could not read it');
    expect(readFileSync(copy).equals(value(0))).toBe(true);
    expect((await finkvra(['quarantine', 'show', '99'], env)).stderr).toContain('Nothing in quarantine');
  });

  test('a retry stores what reads now, once, and says why the rest does not', async () => {
    const old = Buffer.from('2.7_3.10.1');
    await leave([
      { key: key(), bytes: value(0) },
      { key: old, bytes: value(1) },
      { key: key(), bytes: value(2) },
    ]);
    const ids = (await json('quarantine', 'list')).map(({ id }: { id: number }) => id);
    const one = await json('quarantine', 'retry', String(ids[0]), '--no-filter');
    expect(one).toMatchObject({ tried: 1, kept: 1 });
    expect(one.archives).toHaveLength(1);
    const all = await json('quarantine', 'retry', '--no-filter');
    expect(all).toMatchObject({ tried: 2, kept: 1, unreadable: [{ id: ids[1] }] });
    expect(all.unreadable[0].reason).toContain('2.7_3.10.1');
    const left = await json('quarantine', 'list');
    expect(left.map(({ id }: { id: number }) => id)).toEqual([ids[1]]);
    expect(left[0].tries).toBe(1);
    const every = await json('quarantine', 'list', '--all');
    expect(every.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['kept', null, 'kept']);
    const { stdout } = await finkvra(['export', 'alerts', '--json'], env);
    expect(JSON.parse(stdout)).toHaveLength(2);
  });

  test('what a pull cannot read is in its summary with the id to look at', async () => {
    const mixed = join(folder.path, 'mixed');
    mkdirSync(mixed);
    writeFileSync(join(mixed, 'kafka-key.json'), '2.7_3.10.1');
    copyFileSync(sharedPath('alerts', 'kafka-value-0.avro-bin'), join(mixed, 'old.avro-bin'));
    const summary = await json('pull', '--from', mixed);
    expect(summary.quarantined).toBe(1);
    const again = await json('pull', '--from', mixed);
    expect(again.unreadable[0].id).toBe(summary.unreadable[0].id);
    expect(await json('quarantine', 'list')).toHaveLength(1);
    const { id } = again.unreadable[0];
    expect(await json('quarantine', 'discard', String(id), '99')).toEqual({ discarded: [id], unknown: [99] });
    expect(await json('quarantine', 'list', '--all')).toEqual([]);
  });
});
