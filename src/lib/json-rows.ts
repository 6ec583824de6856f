import { FinkvraError } from './errors.ts';

/** Python's ways to write a number that is none, which JSON does not know. */
const NOT_JSON = /(:\s*)(?:NaN|-?Infinity|None)(?=\s*[,}])/g;
/** How much of an answer that is no array is told. */
const SHOWN = 80;

/**
 * The elements of a JSON array of objects, parsed one by one as the bytes come in, so that an answer of megabytes
 * neither blocks the thread nor is ever in memory whole. NaN and None, which Python services write, are null.
 *
 * @param maxBytes of the whole body
 * @throws FinkvraError if it is not such an array, ends before its end, or is larger
 */
export async function* jsonRows(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<unknown, void, void> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let state: 'before' | 'inside' | 'after' = 'before';
  let row = '';
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new FinkvraError(`the answer has more than ${Math.round(maxBytes / 1e6)} MB`);
    const text = decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let i = 0; i < text.length; i += 1) {
      const character = text[i] ?? '';
      if (depth > 0) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = inString;
        else if (character === '"') inString = !inString;
        else if (!inString && character === '{') depth += 1;
        else if (!inString && character === '}') {
          depth -= 1;
          if (depth > 0) continue;
          yield parseRow(row + text.slice(from, i + 1));
          row = '';
        }
        continue;
      }
      if (/\s/.test(character)) continue;
      if (state === 'before' && character === '[') state = 'inside';
      else if (state === 'inside' && character === '{') {
        depth = 1;
        from = i;
      } else if (state === 'inside' && character === ']') state = 'after';
      else if (state !== 'inside' || character !== ',') {
        const shown = text.slice(i, i + SHOWN).replace(/\s+/g, ' ');
        throw new FinkvraError(`the answer is no JSON array of rows: "${shown}"`);
      }
    }
    if (depth > 0) {
      row += text.slice(from);
    }
  }
  if (state === 'before') throw new FinkvraError('the answer is empty');
  if (state === 'inside') throw new FinkvraError('the answer breaks off');
}

const parseRow = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(NOT_JSON, '$1null'));
  } catch (error) {
    throw new FinkvraError(`the answer has a row that is no JSON: "${text.slice(0, SHOWN)}"`, {
      cause: error,
    });
  }
};
