import { Fragment, createElement as h, type ReactElement, type ReactNode } from 'react';
import type { PageState } from '../page-protocol.ts';
import { nameOf } from './page-context.ts';

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `<t:1700000000:R>` and Discord's other time formats; in UTC. */
const timeText = (seconds: number, style: string): string => {
  const date = new Date(seconds * 1_000);
  if (style === 'R') {
    const away = seconds - Date.now() / 1_000;
    const [unit, size] = units.find(([, length]) => Math.abs(away) >= length) ?? ['second', 1];
    return new Intl.RelativeTimeFormat('en').format(Math.round(away / size), unit);
  }
  const day = date.toISOString().slice(0, 10);
  const clock = date.toISOString().slice(11, 16);
  return style === 'd' || style === 'D' ? day : style === 't' || style === 'T' ? clock : `${day} ${clock}`;
};

const inline =
  /\\([\\*_~`|>#[\]()-])|`([^`]+)`|\*\*([\s\S]+?)\*\*|__([\s\S]+?)__|~~([\s\S]+?)~~|\*([^*\s][^*]*)\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\(<?(https?:\/\/[^\s>)]+)>?\)|<t:(\d+)(?::(\w))?>|<@!?(\d+)>|<@&(\d+)>|<#(\d+)>|(https?:\/\/[^\s<>)]+)/g;

/** Text within a line. */
export const inlineMarkdown = (text: string, state: PageState): ReactNode[] => {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(h(Fragment, { key: match.index }, token(match, state)));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
};

const link = (href: string, text: ReactNode): ReactElement =>
  h('a', { href, target: '_blank', rel: 'noreferrer' }, text);

const mention = (text: string): ReactElement => h('span', { className: 'mention' }, text);

const token = (match: RegExpExecArray, state: PageState): ReactNode => {
  const [
    ,
    escaped,
    code,
    bold,
    under,
    struck,
    star,
    low,
    label,
    href,
    time,
    style,
    user,
    role,
    channel,
    url,
  ] = match;
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return h('code', null, code);
  if (bold !== undefined) return h('strong', null, inlineMarkdown(bold, state));
  if (under !== undefined) return h('u', null, inlineMarkdown(under, state));
  if (struck !== undefined) return h('s', null, inlineMarkdown(struck, state));
  const slanted = star ?? low;
  if (slanted !== undefined) return h('em', null, inlineMarkdown(slanted, state));
  if (href !== undefined) return link(href, inlineMarkdown(label ?? '', state));
  if (time !== undefined) return h('time', null, timeText(Number(time), style ?? 'f'));
  if (user !== undefined) return mention(`@${nameOf(user, state)}`);
  if (role !== undefined)
    return mention(`@${state.roles.find(({ id }) => id === role)?.name ?? 'deleted-role'}`);
  if (channel !== undefined)
    return mention(`#${state.channels.find(({ id }) => id === channel)?.name ?? 'deleted-channel'}`);
  return url === undefined ? match[0] : link(url, url);
};

/** A whole text: code blocks, headings, small lines, quotes, lists and paragraphs. */
export const Markdown = ({ text, state }: { text: string; state: PageState }): ReactElement => {
  const blocks = text.split(/```(?:\w*\n)?([\s\S]*?)```/g);
  return h(
    'div',
    { className: 'markdown' },
    blocks.map((block, index) =>
      index % 2 === 1
        ? h('pre', { key: index }, h('code', null, block))
        : block
            .split('\n')
            .map((line, number) => h(Fragment, { key: `${index}.${number}` }, drawLine(line, state))),
    ),
  );
};

const drawLine = (line: string, state: PageState): ReactElement | null => {
  const draw = (rest: string): ReactNode[] => inlineMarkdown(rest, state);
  const heading = /^(#{1,3}) (.*)$/.exec(line);
  if (heading !== null)
    return h('p', { className: `heading heading-${heading[1]?.length ?? 1}` }, draw(heading[2] ?? ''));
  if (line.startsWith('-# ')) return h('p', { className: 'small' }, draw(line.slice(3)));
  if (line.startsWith('> ')) return h('p', { className: 'quote' }, draw(line.slice(2)));
  const item = /^(\s*)[-*] (.*)$/.exec(line);
  if (item !== null) return h('p', { className: 'item' }, '• ', draw(item[2] ?? ''));
  return line === '' ? h('p', { className: 'gap' }) : h('p', null, draw(line));
};
