import type { People } from '../../access.ts';

/** Makes text safe inside Slack's mrkdwn: the three characters that Slack asks to be escaped. */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text of ours for one person: `code` stays, **bold** becomes Slack's, all else is text. */
export const noteMrkdwn = (text: string): string => escapeMrkdwn(text).replaceAll(/\*\*([^*]+)\*\*/g, '*$1*');

/** A link in mrkdwn; the pipe would end its address early. */
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
 * The Markdown that guidelines are written in as Slack's mrkdwn, one text a section (a heading and what is
 * under it): headings bold, lists with bullets, links. Whatever else there is stays as it is written.
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
