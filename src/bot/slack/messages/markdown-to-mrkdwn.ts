import { escapeMrkdwn } from './escape-mrkdwn.ts';

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
