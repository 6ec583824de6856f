import { FinkvraError } from './errors.ts';

export interface CsvRecord {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Nothing of alerts or labels has so many columns, or so long a text in one. */
const MOST_COLUMNS = 4000;
const LONGEST_FIELD = 1_000_000;
const [QUOTE, NEWLINE, RETURN] = [0x22, 0x0a, 0x0d];

/**
 * The records of a CSV text from a place in it, one at a time; quoted fields may hold separators, quotes and line
 * ends. Empty lines are left out.
 */
export function* csvRecords(
  text: string,
  separator: string,
  place: { readonly at: number; readonly line: number },
  name: string,
): Generator<CsvRecord, void, void> {
  const separatorCode = separator.charCodeAt(0);
  let fields: string[] = [];
  /** The field's text up to `from`; what follows of it is in one piece. */
  let field = '';
  let from = place.at;
  /** Whether the field is blank so far: only then does a quote begin it. */
  let isBlank = true;
  let isEmpty = true;
  let quotedSince: number | null = null;
  let line = place.line;
  let begun = line;
  const endField = (end: number): void => {
    fields.push(field + text.slice(from, end));
    isEmpty &&= isBlank;
    field = '';
    isBlank = true;
    if (fields.length > MOST_COLUMNS)
      throw new FinkvraError(`${name} line ${begun}: more than ${MOST_COLUMNS} columns`);
  };
  for (let at = place.at; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const endsLine = code === NEWLINE || (code === RETURN && text.charCodeAt(at + 1) !== NEWLINE);
    if (endsLine) line += 1;
    if (quotedSince !== null) {
      if (code !== QUOTE) continue;
      field += text.slice(from, at);
      if (text.charCodeAt(at + 1) === QUOTE) {
        at += 1;
        field += '"';
      } else quotedSince = null;
      from = at + 1;
      isBlank &&= field.trim() === '';
      if (field.length > LONGEST_FIELD)
        throw new FinkvraError(`${name} line ${begun}: a text of more than ${LONGEST_FIELD} characters`);
    } else if (code === QUOTE && isBlank) {
      field = '';
      from = at + 1;
      quotedSince = line;
    } else if (code === separatorCode) {
      endField(at);
      from = at + 1;
    } else if (endsLine) {
      endField(at);
      from = at + 1;
      const record = { line: begun, fields };
      const isLeftOut = isEmpty;
      fields = [];
      isEmpty = true;
      begun = line;
      if (!isLeftOut) yield record;
    } else if (code === RETURN) {
      field += text.slice(from, at);
      from = at + 1;
    } else if (isBlank && !isSpace(code)) isBlank = false;
  }
  if (quotedSince !== null)
    throw new FinkvraError(`${name} line ${quotedSince}: a quote begins there that nothing ends`);
  endField(text.length);
  if (!isEmpty) yield { line: begun, fields };
}

const isSpace = (code: number): boolean =>
  code <= 0x20 || (code >= 0xa0 && String.fromCharCode(code).trim() === '');
