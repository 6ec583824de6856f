import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from '../../../../src/pipeline/enrich/dust/check-dust.ts';
import { DUST_FILES, openDustMap } from '../../../../src/pipeline/enrich/dust/dust-map.ts';
import {
  type DustProgress,
  dustUrls,
  installDust,
} from '../../../../src/pipeline/enrich/dust/install-dust.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../../shared-data.ts';
import { type DustServer, startDustServer, writeHealpixFile, writeSfdFile } from './dust-fixtures.ts';

let source = '';
let directory = '';
const servers: DustServer[] = [];

beforeAll(() => {
  source = mkdtempSync(join(tmpdir(), 'dust-source-'));
  const pixels = [2047, 2048].flatMap((x) => [2047, 2048].map((y) => [x, y, 0.015] as const));
  writeSfdFile(join(source, DUST_FILES.north), { pole: 1, pixels });
  writeSfdFile(join(source, DUST_FILES.south), { pole: -1, pixels });
});
afterAll(() => rmSync(source, { recursive: true }));
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'dust-install-')), 'dust');
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  rmSync(join(directory, '..'), { recursive: true });
});

const bothMaps = (): Record<string, string> => ({
  [DUST_FILES.north]: join(source, DUST_FILES.north),
  [DUST_FILES.south]: join(source, DUST_FILES.south),
});

const serve = async (options: Parameters<typeof startDustServer>[0]): Promise<DustServer> => {
  const server = await startDustServer(options);
  servers.push(server);
  return server;
};

/** The south map is there already, so that a test about one download makes one. */
const southInstalled = (): void => {
  mkdirSync(directory, { recursive: true });
  writeSfdFile(join(directory, DUST_FILES.south), { pole: -1 });
};

const bytesEqual = (name: string): boolean =>
  readFileSync(join(directory, name)).equals(readFileSync(join(source, name)));

describe('dust install from the web', () => {
  it('fetches the two maps once, with progress, and leaves nothing else behind', async () => {
    const server = await serve({ files: bothMaps() });
    const progress: DustProgress[] = [];
    const result = await installDust({
      directory,
      baseUrl: server.baseUrl,
      onProgress: (step) => progress.push(step),
    });
    expect(result.installed.map(({ part }) => part)).toEqual(['north', 'south']);
    expect(result.missing).toEqual([]);
    expect(readdirSync(directory).sort()).toEqual([DUST_FILES.north, DUST_FILES.south]);
    expect(bytesEqual(DUST_FILES.north) && bytesEqual(DUST_FILES.south)).toBe(true);

    const size = statSync(join(source, DUST_FILES.north)).size;
    expect(progress.filter(({ received }) => received === size).map(({ index }) => index)).toEqual([1, 2]);
    expect(progress.every(({ total, count }) => total === size && count === 2)).toBe(true);

    const map = await openDustMap({ directory });
    expect(map.ebv(192.85948, 27.12825)).toBeCloseTo(0.015, 5);
    map.close();

    const again = await installDust({ directory, baseUrl: server.baseUrl });
    expect(again.kept).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });

  it('continues a dropped connection where it broke off', async () => {
    southInstalled();
    const server = await serve({
      files: bothMaps(),
      faults: [{ cutAfter: 20_000_000 }, { cutAfter: 30_000_000 }],
    });
    await installDust({ directory, baseUrl: server.baseUrl, retryDelayMs: 1 });
    expect(bytesEqual(DUST_FILES.north)).toBe(true);
    const statuses = server.requests.map(({ status }) => status);
    expect(statuses).toEqual([200, 206, 206]);
    const starts = server.requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[2]).toBeGreaterThan(starts[1] ?? 0);
  });

  it('continues in a later run what an interrupted one left', async () => {
    southInstalled();
    const server = await serve({ files: bothMaps(), faults: [{ hangAfter: 10_000_000 }] });
    const interrupt = new AbortController();
    const first = installDust({
      directory,
      baseUrl: server.baseUrl,
      signal: interrupt.signal,
      onProgress: () => interrupt.abort(new Error('Ctrl-C')),
    });
    await expect(first).rejects.toThrow('Ctrl-C');
    expect(existsSync(join(directory, DUST_FILES.north))).toBe(false);
    expect((await openDustMap({ directory })).kind).toBe('coarse');

    await installDust({ directory, baseUrl: server.baseUrl });
    expect(server.requests.map(({ status }) => status)).toEqual([200, 206]);
    expect(bytesEqual(DUST_FILES.north)).toBe(true);
  });

  it('begins again when the file on the server has changed, or the server has no ranges', async () => {
    southInstalled();
    const changed = await serve({ files: bothMaps(), faults: [{ hangAfter: 1_000_000 }] });
    const interrupt = new AbortController();
    const onProgress = (): void => interrupt.abort(new Error('Ctrl-C'));
    const options = { directory, baseUrl: changed.baseUrl };
    await expect(installDust({ ...options, signal: interrupt.signal, onProgress })).rejects.toThrow('Ctrl-C');
    changed.newVersion();
    await installDust(options);
    expect(changed.requests.map(({ status }) => status)).toEqual([200, 200]);
    expect(bytesEqual(DUST_FILES.north)).toBe(true);

    rmSync(join(directory, DUST_FILES.north));
    const plain = await serve({ files: bothMaps(), ranges: false, faults: [{ cutAfter: 40_000_000 }] });
    await installDust({ directory, baseUrl: plain.baseUrl, retryDelayMs: 1 });
    expect(plain.requests.map(({ status }) => status)).toEqual([200, 200]);
    expect(bytesEqual(DUST_FILES.north)).toBe(true);
  });

  it('takes a connection that has gone silent for a dropped one', async () => {
    southInstalled();
    const server = await serve({ files: bothMaps(), faults: [{ hangAfter: 3_000_000 }] });
    await installDust({ directory, baseUrl: server.baseUrl, stallMs: 300, retryDelayMs: 1 });
    expect(server.requests[1]?.status).toBe(206);
    expect(bytesEqual(DUST_FILES.north)).toBe(true);
  });

  it('says what to do about a wrong address', async () => {
    const server = await serve({ files: {} });
    const install = installDust({ directory, baseUrl: server.baseUrl });
    await expect(install).rejects.toThrow(/answered 404: there is no such file. .*--from/);
    expect(server.requests).toHaveLength(1);
    const closed = await serve({ files: {} });
    await closed.stop();
    await expect(installDust({ directory, baseUrl: closed.baseUrl, retryDelayMs: 1 })).rejects.toThrow(
      /Cannot download .*ECONNREFUSED.*--from/,
    );
  });

  it('refuses what is not the map: a page, a short file, a piece, the other map, damaged pixels', async () => {
    const wrong = join(source, 'wrong.fits');
    const install = async (): Promise<unknown> => {
      const server = await serve({ files: { [DUST_FILES.north]: wrong } });
      return installDust({ directory, baseUrl: server.baseUrl, retryDelayMs: 1 });
    };
    writeFileSync(wrong, '<html>Please sign in</html>');
    await expect(install()).rejects.toThrow(/is not SFD_dust_4096_ngp.fits: .*is not a FITS file/);
    writeFileSync(wrong, readFileSync(join(source, DUST_FILES.north)).subarray(0, 5_000_000));
    await expect(install()).rejects.toThrow(/cut short: 5000000 bytes of 67\d+/);
    writeSfdFile(wrong, { pole: 1, side: 100 });
    await expect(install()).rejects.toThrow(/only a piece of the SFD map: 100x100/);
    copyFileSync(join(source, DUST_FILES.south), wrong);
    await expect(install()).rejects.toThrow(/it is the south map, not the north one/);
    const middle = Math.floor((32.5 / 64) * 4096 * 4096);
    writeSfdFile(wrong, { pole: 1, pixels: [[middle % 4096, Math.floor(middle / 4096), -1e20]] });
    await expect(install()).rejects.toThrow(/is damaged: pixel/);
    expect(readdirSync(directory)).toEqual([]);
    rmSync(wrong);
  });

  it('compares a published checksum', async () => {
    const server = await serve({ files: bothMaps() });
    const md5 = await hashFile(join(source, DUST_FILES.north), 'md5');
    const checksums = { north: md5, south: '0'.repeat(64) };
    const install = installDust({ directory, baseUrl: server.baseUrl, checksums });
    await expect(install).rejects.toThrow(/is damaged: its sha256 is/);
    expect(readdirSync(directory)).toEqual([DUST_FILES.north]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    const server = await serve({ files: bothMaps() });
    mkdirSync(directory, { recursive: true });
    symlinkSync('/dev/full', join(directory, `${DUST_FILES.north}.part`));
    await expect(installDust({ directory, baseUrl: server.baseUrl })).rejects.toThrow(
      /is full.*Free some space/,
    );
    expect(server.requests).toHaveLength(1);
  });

  it('goes to Harvard Dataverse unless told otherwise', () => {
    expect(dustUrls().north).toBe('https://dataverse.harvard.edu/api/access/datafile/2902687');
    expect(dustUrls('http://mirror/sfd').south).toBe('http://mirror/sfd/SFD_dust_4096_sgp.fits');
  });
});

describe('dust install --from', () => {
  it('takes both maps from a folder', async () => {
    const result = await installDust({ directory, from: source });
    expect(result.installed.map(({ part }) => part).sort()).toEqual(['north', 'south']);
    expect(result.missing).toEqual([]);
    expect((await openDustMap({ directory })).kind).toBe('sfd');
  });

  it('takes one map at a time, whatever its name, and says that the other is missing', async () => {
    const renamed = join(source, '..', `renamed-${process.pid}.fits`);
    copyFileSync(join(source, DUST_FILES.south), renamed);
    const first = await installDust({ directory, from: renamed });
    rmSync(renamed);
    expect(first.installed.map(({ part }) => part)).toEqual(['south']);
    expect(first.missing).toEqual([DUST_FILES.north]);
    const second = await installDust({ directory, from: join(source, DUST_FILES.north) });
    expect(second.missing).toEqual([]);
  });

  it('takes a HEALPix map as the coarse fallback and says what is still missing', async () => {
    const file = join(directory, '..', 'lowres.fits');
    writeHealpixFile(file, { nside: 64, values: () => 0.1 });
    const result = await installDust({ directory, from: file });
    expect(result.installed.map(({ part }) => part)).toEqual(['coarse']);
    expect(result.missing).toHaveLength(2);
    expect((await openDustMap({ directory })).describe()).toMatch(/^coarse/);
  });

  it('says what is wrong with the copies, and installs nothing', async () => {
    await expect(installDust({ directory, from: join(directory, 'nowhere') })).rejects.toThrow(
      /does not exist/,
    );
    const folder = join(directory, '..', 'other');
    mkdirSync(folder);
    await expect(installDust({ directory, from: folder })).rejects.toThrow(/no .fits file/);
    writeSfdFile(join(folder, 'SFD_dust_4096_ngp.fits'), { pole: 1, side: 512 });
    await expect(installDust({ directory, from: folder })).rejects.toThrow(
      /only a piece of the SFD map: 512x512/,
    );
    expect(existsSync(directory)).toBe(false);
  });

  it('leaves the installed maps alone when they are the copies', async () => {
    await installDust({ directory, from: source });
    const result = await installDust({ directory, from: directory });
    expect(result.installed).toEqual([]);
    expect(result.kept).toHaveLength(2);
    expect(existsSync(join(directory, DUST_FILES.north))).toBe(true);
  });
});

describe.skipIf(!hasSharedData)(`dust install --from the real files${sharedNote}`, () => {
  it('takes the low-resolution map and refuses the piece', async () => {
    const result = await installDust({ directory, from: sharedPath('dust') });
    expect(result.installed.map(({ part }) => part)).toEqual(['coarse']);
    const map = await openDustMap({ directory });
    expect(map.kind).toBe('coarse');
    expect(map.ebv(204.1747, -29.960283)).toBeCloseTo(0.05, 3);
    map.close();
    const piece = sharedPath('dust', 'SFD_dust_4096_ngp_cutout.fits');
    await expect(installDust({ directory, from: piece })).rejects.toThrow(
      /only a piece of the SFD map: 100x100/,
    );
  });
});
