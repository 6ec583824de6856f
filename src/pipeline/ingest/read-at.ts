import type { FileHandle } from 'node:fs/promises';

/** Up to `size` bytes of a file from `position`; fewer at its end. */
export type ReadAt = (position: number, size: number) => Promise<Buffer>;

export const readAt = async (file: FileHandle, position: number, size: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
};

/** A file to read from, on the disk or in memory. */
export interface OpenFile {
  /** Bytes. */
  readonly size: number;
  readonly read: ReadAt;
}

export const openFile = async (file: FileHandle): Promise<OpenFile> => ({
  size: (await file.stat()).size,
  read: (position, size) => readAt(file, position, size),
});

export const fileInMemory = (bytes: Buffer): OpenFile => ({
  size: bytes.length,
  read: async (position, size) => bytes.subarray(position, position + size),
});

/**
 * Serves small reads from one larger piece of the file, of `windowSize` bytes. The bytes it returns stay valid:
 * pieces are not reused.
 */
export const windowOver = (file: OpenFile, windowSize: number): ReadAt => {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  return async (position, size) => {
    const isInside = position >= start && position + size <= start + window.length;
    if (!isInside) {
      window = await file.read(position, Math.max(size, windowSize));
      start = position;
    }
    return window.subarray(position - start, position - start + size);
  };
};
