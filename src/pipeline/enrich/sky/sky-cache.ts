import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../../lib/errors.ts';
import type { Position } from '../sky-position.ts';
import { jpegSize } from './jpeg-size.ts';
import type { SkyImage } from './sky-client.ts';
import { FIELD_ARCSEC, surveyAt } from './sky-client.ts';

/** Sky images in a folder, one file a place; those not looked at for longest go when it is full. */
export interface SkyCache {
  /** The image of a place; null where there is none. */
  read(position: Position): Promise<SkyImage | null>;
  keep(position: Position, image: SkyImage): Promise<void>;
}

/** Positions are known to a hundredth of an arcsecond at best. */
const DIGITS = 5;

/** `PS1-150.11637+02.20583.jpg` */
const fileOf = ({ ra, dec }: Position): string => {
  const [survey = ''] = surveyAt(dec).credit.split(' ');
  const sign = dec < 0 ? '-' : '+';
  return `${survey}-${ra.toFixed(DIGITS)}${sign}${Math.abs(dec).toFixed(DIGITS)}.jpg`;
};

/** Temporary files of a process that was killed while it wrote. */
const PART = '.part';

/** @param mostBytes of all files together */
export const createSkyCache = (folder: string, mostBytes: number): SkyCache => {
  /** Bytes at the last look, plus those added since; null before the first look. */
  let bytes: number | null = null;

  const files = async (): Promise<{ path: string; size: number; usedMs: number }[]> => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg') || name.endsWith(PART));
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name);
        try {
          const { size, mtimeMs } = await stat(path);
          return [{ path, size, usedMs: mtimeMs }];
        } catch (error) {
          // Another one was just renamed into its place.
          if (codeOf(error) === 'ENOENT') return [];
          throw error;
        }
      }),
    );
    return found.flat();
  };

  /** Removes the oldest until a fifth is free, so that the folder is not searched for every new image. */
  const makeRoom = async (): Promise<void> => {
    const oldestFirst = (await files()).sort((a, b) => a.usedMs - b.usedMs);
    let left = oldestFirst.reduce((sum, { size }) => sum + size, 0);
    if (left > mostBytes) {
      for (const { path, size } of oldestFirst) {
        if (left <= 0.8 * mostBytes) break;
        await rm(path, { force: true });
        left -= size;
      }
    }
    bytes = left;
  };

  return {
    read: async (position) => {
      const path = join(folder, fileOf(position));
      try {
        const jpeg = await readFile(path);
        // A disk that was full may have cut it short.
        if (jpegSize(jpeg) === null) return null;
        const now = new Date();
        await utimes(path, now, now);
        return { jpeg, fieldArcsec: FIELD_ARCSEC, credit: surveyAt(position.dec).credit };
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    },
    keep: async (position, { jpeg }) => {
      await mkdir(folder, { recursive: true });
      const path = join(folder, fileOf(position));
      const part = `${path}.${randomUUID()}${PART}`;
      await writeFile(part, jpeg);
      await rename(part, path);
      if (bytes !== null) bytes += jpeg.byteLength;
      if (bytes === null || bytes > mostBytes) await makeRoom();
    },
  };
};
