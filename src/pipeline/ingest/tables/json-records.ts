import { messageOf } from '../../../lib/errors.ts';
import { parseExact } from '../../../lib/parse-exact.ts';

/** A row of JSON text, or why it is none. */
export type JsonRow = { readonly value: unknown } | { readonly problem: string };

/** A packet's record as JSON takes some 100 kB. */
const LONGEST_ROW = 8 * 1024 * 1024;
const deepest = 64;
/** Python's ways to write a number that is none, which JSON does not know. */
const notJson = /([:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The objects of a JSON list, or of a row a line, parsed one by one as they are asked for; numbers and texts among
 * them are passed over. A row that cannot be read is a problem, and the next is read.
 */
export function* jsonRecords(text: string): Generator<JsonRow, void, void> {
  let depth = 0;
  let from = 0;
  const first = text.search(/\S/);
  const isList = text.charCodeAt(first) === openBracket;
  for (let at = isList ? first + 1 : first; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfText(text, at);
    else if (code === openBrace || code === openBracket) {
      if (depth === 0) from = at;
      depth++;
      if (depth > deepest)
        throw new Error(`this is no JSON of alerts: lists more than ${deepest} deep in each other`);
    } else if ((code === closeBrace || code === closeBracket) && depth > 0) {
      depth--;
      if (depth === 0) yield rowOf(text, from, at + 1);
    }
  }
  if (depth > 0) yield { problem: 'the JSON ends within a row: the file was cut off or is damaged' };
}

/** The place of the quote that ends a text; the last one where none does. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function rowOf(text: string, from: number, end: number): JsonRow {
  if (end - from > LONGEST_ROW) return { problem: `a row of ${end - from} characters` };
  const row = text.slice(from, end);
  try {
    return { value: parseExact(row) };
  } catch (error) {
    try {
      return { value: parseExact(row.replace(notJson, '$1null')) };
    } catch {
      return { problem: `this is no JSON: ${messageOf(error)}` };
    }
  }
}
