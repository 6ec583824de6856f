import type { People } from '../../access.ts';
import { userOf } from '../ids.ts';

/** Escapes text of people and alerts: nothing in it may format, link or mention. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/[\\*_~`|[\]<>]/g, '\\$&')
    .replaceAll(/^(\s*)(#|-|\+|\d+\.)(?=\s)/gm, '$1\\$2')
    .replaceAll('@', '@\u200b');

/** Our own text for one person: `code` and **bold** stay, everything else is escaped. */
export const noteMarkdown = (text: string): string =>
  text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part, index) => {
      if (index % 2 === 0) return escapeMarkdown(part);
      return part.startsWith('`') ? part : `**${escapeMarkdown(part.slice(2, -2))}**`;
    })
    .join('');

/** A link; brackets and spaces are escaped, since they would end its address. */
export const markdownLink = (url: string, name: string): string =>
  `[${escapeMarkdown(name)}](${url.replaceAll(' ', '%20').replaceAll('(', '%28').replaceAll(')', '%29')})`;

/** Monospaced text; it must not contain a fence. */
export const codeBlock = (text: string): string => `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;

/** Lines in small print. */
export const small = (lines: readonly string[]): string => lines.map((line) => `-# ${line}`).join('\n');

/**
 * `<@1>, <@2> or <@&3>`: Discord shows names and notifies nobody, since our messages allow no mentions. An id may
 * be a person's or a role's.
 */
export const mentions = (people: People, roles: ReadonlySet<string>): string => {
  if (people === 'everyone') return 'anyone in this channel';
  const names = [
    ...people.users
      .map(userOf)
      .filter((id) => !roles.has(id))
      .map((id) => `<@${id}>`),
    ...people.groups.filter((id) => roles.has(id)).map((id) => `<@&${id}>`),
  ];
  const last = names.at(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : (last ?? 'nobody');
};
