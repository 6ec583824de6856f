import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  checkBoolean,
  checkInteger,
  checkList,
  checkText,
  nestedErrors,
  type Path,
  type Problem,
  problem,
} from './problems.ts';
import { checkComponents, flatComponents } from './validate-components.ts';
import { checkEmbeds } from './validate-embeds.ts';
import { checkModal } from './validate-modal.ts';

export type { Problem };
export { checkModal, flatComponents, limits, nestedErrors };

/**
 * Problems of a message's content, as in a JSON body: limits of texts, embeds and components. `at` is the
 * message's place in the request (`['data']` in an interaction's answer).
 * @example
 * checkMessage({ content: 'x'.repeat(2001) });
 * // [{ path: ['content'], code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }]
 */
export const checkMessage = (message: JsonObject, at: Path = []): Problem[] => [
  ...checkText(message.content, [...at, 'content'], { max: limits.content }),
  ...checkNonce(message.nonce, [...at, 'nonce']),
  ...checkBoolean(message.tts, [...at, 'tts']),
  ...checkBoolean(message.enforce_nonce, [...at, 'enforce_nonce']),
  ...checkEmbeds(message.embeds, [...at, 'embeds']),
  ...checkComponents(message.components, [...at, 'components']),
  ...checkList(message.attachments, [...at, 'attachments'], { max: limits.attachments }, (file, path) =>
    checkText(file.description, [...path, 'description'], { max: limits.altText }),
  ),
  ...checkInteger(message.flags, [...at, 'flags'], { min: 0, max: 2 ** 31 - 1 }),
  ...checkMentions(message.allowed_mentions, [...at, 'allowed_mentions']),
];

/** Whether a message would be empty, apart from files. */
export const isEmptyMessage = (message: JsonObject): boolean =>
  (message.content === undefined || message.content === null || String(message.content).trim() === '') &&
  objectsOf(message.embeds).length === 0 &&
  objectsOf(message.components).length === 0;

const checkNonce = (nonce: unknown, path: Path): Problem[] =>
  typeof nonce === 'number' && Number.isInteger(nonce) ? [] : checkText(nonce, path, { max: limits.nonce });

const PARSEABLE: readonly unknown[] = ['roles', 'users', 'everyone'];

const checkMentions = (mentions: unknown, path: Path): Problem[] => {
  if (!isObject(mentions)) return [];
  const parse: readonly unknown[] = Array.isArray(mentions.parse) ? mentions.parse : [];
  const unknown = parse.flatMap((one, index) =>
    PARSEABLE.includes(one)
      ? []
      : [
          problem(
            [...path, 'parse', index],
            'BASE_TYPE_CHOICES',
            "Value must be one of ('roles', 'users', 'everyone').",
          ),
        ],
  );
  const both = (['users', 'roles'] as const).flatMap((key) => {
    const named = mentions[key];
    if (!Array.isArray(named)) return [];
    if (named.length > 100)
      return [problem([...path, key], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.')];
    return named.length > 0 && parse.includes(key)
      ? [
          problem(
            [...path, 'parse'],
            'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
            `parse:["${key}"] and ${key}: [ids...] are mutually exclusive.`,
          ),
        ]
      : [];
  });
  return [...unknown, ...both];
};
