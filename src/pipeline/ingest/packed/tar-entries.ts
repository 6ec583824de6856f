/** A file of a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

const BLOCK_SIZE = 512;
/** Long names and other words about a file. */
const LARGEST_WORDS = 1024 * 1024;
/** Passed over at most: what is none of ours in an archive of packets (pictures, logs). */
const MOST_SKIPPED = 4 * 1024 * 1024 * 1024;
/** A packet is some 50 kB; a container of a night's packets in an archive is read as a file of its own. */
const LARGEST_ENTRY = 64 * 1024 * 1024;

/** Collects exactly so many bytes at a time from pieces of any size. */
class Pieces {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `size` bytes; fewer at the end. */
  async take(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) break;
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(piece.length);
      missing -= piece.length;
      pieces.push(piece);
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      const { length } = await this.take(Math.min(left, 1024 * 1024));
      if (length === 0) return;
      left -= length;
    }
  }
}

/**
 * The files of a tar archive (POSIX ustar, GNU's and pax's long names), one in memory at a time; folders, links
 * and devices are passed over.
 *
 * @throws if it is not a tar archive, is cut off or damaged
 */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void, void> {
  const pieces = new Pieces(source);
  let longName: string | null = null;
  let skipped = 0;
  for (let count = 0; ; count++) {
    const header = await pieces.take(BLOCK_SIZE);
    // Two blocks of zeros end it; some writers leave them out.
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    if (header.length < BLOCK_SIZE) throw new Error('the archive ends within the header of a file');
    if (!hasRightSum(header)) {
      throw new Error(
        count === 0 ? 'this is no tar archive' : 'the header of a file in the archive is damaged',
      );
    }
    const size = numberAt(header, 124, 12);
    const kind = String.fromCharCode(header[156] ?? 0);
    const name = longName ?? nameOf(header);
    const padding = (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE;
    const isName = kind === 'L' || kind === 'x';
    if (!isName && kind !== '0' && kind !== '\0') {
      skipped += size;
      if (!(skipped <= MOST_SKIPPED)) throw new Error(`${skipped} bytes of links and folders in the archive`);
      await pieces.skip(size + padding);
      // GNU writes the name of what a link leads to behind the link's own.
      if (kind !== 'K') longName = null;
      continue;
    }
    longName = null;
    if (isName && size > LARGEST_WORDS) throw new Error(`a name of ${size} bytes in the archive`);
    if (size > LARGEST_ENTRY) throw new Error(`the file ${name} in the archive is ${size} bytes long`);
    const bytes = await pieces.take(size);
    if (bytes.length < size) throw new Error(`the archive ends within the file ${name}`);
    await pieces.skip(padding);
    if (kind === 'L') longName = textOf(bytes);
    else if (kind === 'x') longName = paxPath(bytes);
    else yield { name, bytes };
  }
}

/** The name among a pax header's records: `<length> <key>=<value>\n`, of that length altogether. */
function paxPath(bytes: Buffer): string | null {
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    if (blank < at || blank - at > 10) return null;
    const size = Number(bytes.toString('latin1', at, blank));
    if (!(size > blank - at)) return null;
    const record = bytes.toString('utf8', blank + 1, at + size - 1);
    if (record.startsWith('path=')) return record.slice('path='.length);
    at += size;
  }
  return null;
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0.*$/s, '');

/** The header's checksum counts its own eight bytes as blanks. */
function hasRightSum(header: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_SIZE; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  return sum === numberAt(header, 148, 8);
}

/** A number in octal digits, or in binary where its first bit says so. */
function numberAt(header: Buffer, at: number, size: number): number {
  const first = header[at] ?? 0;
  if (first >= 0x80) {
    let value = first & 0x7f;
    for (let i = 1; i < size; i++) value = value * 256 + (header[at + i] ?? 0);
    return value;
  }
  return Number.parseInt(textOf(header.subarray(at, at + size)).trim() || '0', 8);
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}
