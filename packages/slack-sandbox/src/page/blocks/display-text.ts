import { isObject, type JsonObject } from 'sandbox-kit/json';

/**
 * Rewrites a block's texts so that slack-blocks-to-jsx shows them as Slack would. The library turns mrkdwn into
 * Markdown by plain replacement: a line that begins with # becomes a heading, lone asterisks and tildes (`~5
 * days`) are doubled, every `&gt;` gets a space, and plain_text is formatted too. So characters that Slack takes
 * literally become numeric entities, which only the library's last step decodes.
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

/** Slack's three escapes and their characters. */
export const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** plain_text has no formatting, only emoji. */
const displayPlain = (text: string): string =>
  unescapeText(text)
    .replaceAll(/[&<>*_~`[\]#|\\]/g, entity)
    .replaceAll(/^[-=+ ]/gm, (character) => (character === ' ' ? '&#160;' : entity(character)));

/** Code, links and mentions, which stay unchanged while the text around them is rewritten. */
const ATOMS = /```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>/g;

/** Placeholder for these: a private-use character, which counts as a letter. */
const PLACEHOLDER = '\uE000';

/** Bold and strikethrough by Slack's rules: marks that touch their words, with no letter outside. */
const EMPHASIS = /(?<![\p{L}\p{N}\uE000*~])([*~])(?=\S)((?:(?!\1)[^\n])*?\S)\1(?![\p{L}\p{N}\uE000*~])/gu;

const displayMrkdwn = (text: string): string => {
  const kept: string[] = [];
  const bare = text.replaceAll(PLACEHOLDER, '').replaceAll(ATOMS, (atom) => {
    kept.push(displayAtom(atom));
    return PLACEHOLDER;
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
    .replaceAll(PLACEHOLDER, () => kept.shift() ?? '');
};

/** Finds every mark that formats, also nested ones (`*~a~*`). */
const markEmphasis = (text: string, offset: number, marked: Set<number>): void => {
  for (const match of text.matchAll(EMPHASIS)) {
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
  // In code, entities stay visible and lone marks are doubled; these look the same.
  if (atom.startsWith('`')) return atom.replaceAll('&gt;', '>').replaceAll('*', '∗').replaceAll('~', '∼');
  return /^<@\w+\|/.test(atom) ? atom.replace(/\|.*>$/, '>') : atom;
};
