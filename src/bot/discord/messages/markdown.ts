import type { People } from '../../access.ts';
import { userOf } from '../ids.ts';

/** Makes text of people and alerts safe inside Discord's Markdown: what could format, link or mention. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/[\\*_~`|[\]<>]/g, '\\$&')
    .replaceAll(/^(\s*)(#|-|\+|\d+\.)(?=\s)/gm, '$1\\$2')
    .replaceAll('@', '@\u200b');

/** A text of ours for one person: `code` and **bold** stay, all else is text. */
export const noteMarkdown = (text: string): string =>
  text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part, index) => {
      if (index % 2 === 0) return escapeMarkdown(part);
      return part.startsWith('`') ? part : `**${escapeMarkdown(part.slice(2, -2))}**`;
    })
    .join('');

/** A link; a bracket or space in its address would end it early. */
export const markdownLink = (url: string, name: string): string =>
  `[${escapeMarkdown(name)}](${url.replaceAll(' ', '%20').replaceAll('(', '%28').replaceAll(')', '%29')})`;

/** Monospaced text; it holds no fence of its own. */
export const codeBlock = (text: string): string => `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;

/** Lines of small print. */
export const small = (lines: readonly string[]): string => lines.map((line) => `-# ${line}`).join('\n');

/**
 * `<@1>, <@2> or <@&3>`: Discord shows them by name and calls nobody, since our messages allow no mentions.
 * An id may be a person's or a role's.
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
