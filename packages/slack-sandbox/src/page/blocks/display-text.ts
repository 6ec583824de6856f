import { isObject, type JsonObject } from 'sandbox-kit/json';

/**
 * Rewrites the texts of a block so that slack-blocks-to-jsx shows what Slack would. That library turns
 * mrkdwn into Markdown by plain replacement, which makes a heading of a line that begins with #, doubles
 * lone asterisks and tildes (`~5 days`), adds a space after every `&gt;`, and formats plain_text as well.
 * Characters that Slack takes literally become numeric entities, which only the end of that path decodes.
 */
export const displayBlock = (block: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(block).map(([key, value]) => [key, displayValue(value)]));

const displayValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(displayValue);
  if (!isObject(value)) return value;
  if (typeof value.text === 'string') {
    if (value.type === 'mrkdwn') return { ...value, text: displayMrkdwn(value.text) };
    if (value.type === 'plain_text') return { ...value, text: displayPlain(value.text) };
  }
  return displayBlock(value);
};

/** Slack's three escapes as the characters they stand for. */
export const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** plain_text knows no formatting, only emoji. */
const displayPlain = (text: string): string =>
  unescapeText(text)
    .replaceAll(/[&<>*_~`[\]#|\\]/g, entity)
    .replaceAll(/^[-=+ ]/gm, (character) => (character === ' ' ? '&#160;' : entity(character)));

/** Code, links and mentions, which are kept as they are while the text around them is rewritten. */
const atoms = /```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>/g;

/** Stands for the atoms in the meantime: one character of the private use area, counted as a letter. */
const placeholder = '\uE000';

/** Bold and strikethrough as Slack sees them: marks that touch their words, with no letter outside. */
const emphasis = /(?<![\p{L}\p{N}\uE000*~])([*~])(?=\S)((?:(?!\1)[^\n])*?\S)\1(?![\p{L}\p{N}\uE000*~])/gu;

const displayMrkdwn = (text: string): string => {
  const kept: string[] = [];
  const bare = text.replaceAll(placeholder, '').replaceAll(atoms, (atom) => {
    kept.push(displayAtom(atom));
    return placeholder;
  });
  const marked = new Set<number>();
  markEmphasis(bare, 0, marked);
  let place = 0;
  const escaped = bare.replaceAll(/[\s\S]/gu, (character) => {
    const at = place;
    place += character.length;
    return (character === '*' || character === '~') && marked.has(at)
      ? character
      : escapeCharacter(character);
  });
  return escaped
    .replaceAll(/(?<=[^\n])&gt;/g, '&#62;')
    .replaceAll(/^( {4,}|\t)/gm, (spaces) => '&#160;'.repeat(spaces === '\t' ? 4 : spaces.length))
    .replaceAll(/^([#=-])/gm, (character) => entity(character))
    .replaceAll(placeholder, () => kept.shift() ?? '');
};

/** Notes the places of every mark that formats something, also one inside the other (`*~a~*`). */
const markEmphasis = (text: string, offset: number, marked: Set<number>): void => {
  for (const match of text.matchAll(emphasis)) {
    const start = offset + match.index;
    marked.add(start);
    marked.add(start + match[0].length - 1);
    markEmphasis(match[2] ?? '', start + 1, marked);
  }
};

const escapeCharacter = (character: string): string =>
  '*~[|\\'.includes(character) ? entity(character) : character;

const displayAtom = (atom: string): string => {
  if (atom.startsWith('```')) return atom.replaceAll('&gt;', '>');
  // Entities stay as they are in code, and lone marks are doubled; these look the same.
  if (atom.startsWith('`')) return atom.replaceAll('&gt;', '>').replaceAll('*', '∗').replaceAll('~', '∼');
  return /^<@\w+\|/.test(atom) ? atom.replace(/\|.*>$/, '>') : atom;
};
