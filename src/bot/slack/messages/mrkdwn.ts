import type { People } from '../../access.ts';

/** Escapes the three characters that mrkdwn requires. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Our own text for one person: `code` stays, **bold** is converted, everything else is escaped. */
export const noteMrkdwn = (text: string): string => escapeMrkdwn(text).replaceAll(/\*\*([^*]+)\*\*/g, '*$1*');

/** A link in mrkdwn; a pipe would end its address. */
export const mrkdwnLink = (url: string, name: string): string =>
  `<${escapeMrkdwn(url).replaceAll('|', '%7C')}|${escapeMrkdwn(name).replaceAll('|', '/')}>`;

/** `<@U1>, <@U2> or <!subteam^S1>`: Slack shows them by name. */
export const mentions = (people: People): string => {
  if (people === 'everyone') return 'anyone in this channel';
  const names = [
    ...people.users.map((user) => `<@${user}>`),
    ...people.groups.map((group) => `<!subteam^${group}>`),
  ];
  const last = names.at(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : (last ?? 'nobody');
};

const inline = (text: string): string =>
  escapeMrkdwn(text)
    .replaceAll(/\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/g, '<$2|$1>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '*$1*');

/**
 * Guidelines in Markdown as Slack's mrkdwn, one text per section (a heading and what follows it): bold headings,
 * bulleted lists, links. Everything else stays as written.
 */
export const markdownToMrkdwn = (markdown: string): string[] => {
  const sections: string[][] = [];
  for (const line of markdown.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      sections.push([`*${inline(heading)}*`]);
      continue;
    }
    const text = inline(line.replace(/^(\s*)[-*]\s+/, '$1• '));
    const current = sections.at(-1);
    if (current !== undefined) current.push(text);
    else if (text !== '') sections.push([text]);
  }
  return sections.map((lines) =>
    lines
      .join('\n')
      .replaceAll(/\n{2,}/g, '\n')
      .trim(),
  );
};
