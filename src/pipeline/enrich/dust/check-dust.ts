import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync } from 'node:fs';
import { basename } from 'node:path';
import { FinkvraError } from '../../../lib/errors.ts';
import type { DUST_FILES } from './dust-map.ts';
import { readAt, readFitsHeader } from './fits-header.ts';
import { readHealpixLayout } from './healpix-map.ts';
import { readSfdLayout, type SfdLayout } from './sfd-map.ts';

/** Which of the installed files a file can become. */
export type DustPart = keyof typeof DUST_FILES;

/** Side of the full SFD maps, pixels. */
const FULL_SIDE = 4096;

/** E(B-V) of the Galactic plane reaches some hundred magnitudes; anything beyond is not E(B-V). */
const MOST_EBV = 1000;
const SAMPLES = 64;

/** Pixels spread over the map; a damaged or byte-swapped file shows in them. */
const checkPixels = (file: number, name: string, layout: SfdLayout): void => {
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const pixel = Math.floor(((sample + 0.5) / SAMPLES) * layout.width * layout.height);
    const value = readAt(file, layout.dataOffset + pixel * 4, 4).readFloatBE(0);
    if (!(value >= -1 && value < MOST_EBV)) {
      throw new FinkvraError(`${name} is damaged: pixel ${pixel} is ${value}, which is no E(B-V)`);
    }
  }
};

/**
 * Says what a file is by what it contains, whatever its name, and makes sure that it is whole.
 * @throws FinkvraError if it is neither a full SFD map nor a HEALPix map, or damaged
 */
export const identifyDust = (path: string): DustPart => {
  const name = basename(path);
  const file = openSync(path, 'r');
  try {
    const header = readFitsHeader(file, name);
    if (header.cards.get('NAXIS') === 0) {
      readHealpixLayout(file, path);
      return 'coarse';
    }
    const layout = readSfdLayout(file, path);
    if (layout.width !== FULL_SIDE || layout.height !== FULL_SIDE) {
      throw new FinkvraError(
        `${name} is only a piece of the SFD map: ${layout.width}x${layout.height} pixels, not ${FULL_SIDE}x${FULL_SIDE}`,
      );
    }
    checkPixels(file, name, layout);
    return layout.pole === 1 ? 'north' : 'south';
  } finally {
    closeSync(file);
  }
};

/** Hash of a file's bytes, hexadecimal. */
export const hashFile = async (
  path: string,
  algorithm: 'md5' | 'sha256',
  signal?: AbortSignal,
): Promise<string> => {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal }))
    hash.update(chunk);
  return hash.digest('hex');
};

/**
 * Compares a file with a published checksum: 32 hexadecimal digits are taken as MD5, 64 as SHA-256.
 * @throws FinkvraError if it differs or the checksum is neither
 */
export const checkSum = async (path: string, expected: string, signal?: AbortSignal): Promise<void> => {
  const algorithm = { 32: 'md5', 64: 'sha256' } as const;
  const kind = expected.length === 32 || expected.length === 64 ? algorithm[expected.length] : null;
  if (kind === null) throw new FinkvraError(`"${expected}" is neither an MD5 nor a SHA-256 checksum`);
  const actual = await hashFile(path, kind, signal);
  if (actual !== expected.toLowerCase()) {
    throw new FinkvraError(`${basename(path)} is damaged: its ${kind} is ${actual}, not ${expected}`);
  }
};
