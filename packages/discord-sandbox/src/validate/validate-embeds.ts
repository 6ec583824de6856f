import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkText,
  checkUrl,
  type Path,
  type Problem,
  problem,
  required,
} from './problems.ts';

/** Problems of a message's embeds; all their texts together may have 6,000 characters. */
export const checkEmbeds = (value: unknown, path: Path): Problem[] => {
  const each = checkList(value, path, { max: limits.embeds }, checkEmbed);
  const total = objectsOf(value).reduce((sum, embed) => sum + embedLength(embed), 0);
  return total > limits.embedTotal
    ? [
        ...each,
        problem(path, 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${limits.embedTotal}`),
      ]
    : each;
};

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
const partOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** Characters of an embed that count towards the 6,000. */
const embedLength = (embed: JsonObject): number =>
  lengthOf(embed.title) +
  lengthOf(embed.description) +
  lengthOf(partOf(embed.footer, 'text')) +
  lengthOf(partOf(embed.author, 'name')) +
  objectsOf(embed.fields).reduce((sum, field) => sum + lengthOf(field.name) + lengthOf(field.value), 0);

const shown = [
  'title',
  'description',
  'fields',
  'author',
  'footer',
  'image',
  'thumbnail',
  'url',
  'timestamp',
];

const checkEmbed = (embed: JsonObject, path: Path): Problem[] => {
  const empty = shown.every((key) => embed[key] === undefined || embed[key] === null || embed[key] === '');
  if (empty) return [required([...path, 'description'])];
  return [
    ...checkText(embed.title, [...path, 'title'], { max: limits.embedTitle }),
    ...checkText(embed.description, [...path, 'description'], { max: limits.embedDescription }),
    ...checkUrl(embed.url, [...path, 'url']),
    ...checkInteger(embed.color, [...path, 'color'], { min: 0, max: 0xffffff }),
    ...checkTime(embed.timestamp, [...path, 'timestamp']),
    ...checkPart(embed.footer, [...path, 'footer'], 'text', limits.footerText),
    ...checkPart(embed.author, [...path, 'author'], 'name', limits.authorName),
    ...checkPicture(embed.image, [...path, 'image']),
    ...checkPicture(embed.thumbnail, [...path, 'thumbnail']),
    ...checkList(embed.fields, [...path, 'fields'], { max: limits.embedFields }, checkField),
  ];
};

const checkField = (field: JsonObject, path: Path): Problem[] => [
  ...checkText(field.name, [...path, 'name'], { min: 1, max: limits.fieldName, needed: true }),
  ...checkText(field.value, [...path, 'value'], { min: 1, max: limits.fieldValue, needed: true }),
  ...checkBoolean(field.inline, [...path, 'inline']),
];

const checkPart = (part: unknown, path: Path, key: 'text' | 'name', max: number): Problem[] =>
  part === undefined || part === null
    ? []
    : [
        ...checkText(partOf(part, key), [...path, key], { min: 1, max, needed: true }),
        ...checkUrl(partOf(part, 'url'), [...path, 'url']),
        ...checkUrl(partOf(part, 'icon_url'), [...path, 'icon_url'], ['attachment']),
      ];

const checkPicture = (picture: unknown, path: Path): Problem[] => {
  if (picture === undefined || picture === null) return [];
  const url = partOf(picture, 'url');
  return url === undefined ? [required([...path, 'url'])] : checkUrl(url, [...path, 'url'], ['attachment']);
};

const checkTime = (value: unknown, path: Path): Problem[] =>
  value === undefined || value === null || (typeof value === 'string' && !Number.isNaN(Date.parse(value)))
    ? []
    : [problem(path, 'DATE_TIME_TYPE_PARSE', `Could not parse ${String(value)}. Should be ISO8601.`)];
