import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';
import { describe, expect, it } from 'vitest';
import { displayBlock } from '../../../packages/slack-sandbox/src/page/blocks/display-text.ts';
import { hooks } from '../../../packages/slack-sandbox/src/page/blocks/draw-blocks.ts';

/** What a reader sees of a text on the page: its words, with bold as <b>, strikethrough as <s>, code as <code>. */
const shown = (text: string, type: 'mrkdwn' | 'plain_text' = 'mrkdwn'): string => {
  const block = displayBlock({ type: 'section', text: { type, text } });
  const section: { type: 'section'; text: { type: 'mrkdwn' | 'plain_text'; text: string } } = {
    type: 'section',
    text: { type, text: String(Object(block.text).text) },
  };
  const html = renderToStaticMarkup(
    createElement(Message, {
      blocks: [section],
      withoutWrapper: true,
      name: '',
      logo: '',
      hooks,
      data: { users: [{ id: 'U0VERA', name: 'Vera' }] },
    }),
  );
  return html
    .replaceAll(/<(\/?)(strong|s|code|em|a)\b[^>]*>/g, '[$1$2]')
    .replaceAll(/<\/p><p[^>]*>/g, '¶')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\[(\/?)strong\]/g, '[$1b]')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00A0', ' ');
};

describe('mrkdwn on the page, as Slack shows it', () => {
  it.each([
    ['RA 10:20:30.5 Dec +01:02:03 :star:', 'RA 10:20:30.5 Dec +01:02:03 ⭐'],
    ['~5 days and ~3 mag', '~5 days and ~3 mag'],
    ['~gone~ (~2 d)', '[s]gone[/s] (~2 d)'],
    ['2*3*4 and a * b', '2*3*4 and a * b'],
    ['*bold* and *two words*, *P(galactic)* 0.5', '[b]bold[/b] and [b]two words[/b], [b]P(galactic)[/b] 0.5'],
    ['*<https://lasair.example/a_b|ZTF20a_b>*', '[b][a]ZTF20a_b[/a][/b]'],
    ['*~both~*', '[b][s]both[/s][/b]'],
    ['x &gt;= 3 &amp; y &lt; 4', 'x >= 3 & y < 4'],
    ['5&gt;4', '5>4'],
    ['a\n&gt; quoted', 'aquoted'],
    ['# not a heading', '# not a heading'],
    ['a\n---\nb', 'a\n---\nb'],
    ['[a](b) | c', '[a](b) | c'],
    ['    four spaces', '    four spaces'],
    ['C:\\data', 'C:\\data'],
    ['one\n\ntwo', 'one¶two'],
    ['ZTF_20_abc _uncertain_', 'ZTF_20_abc [em]uncertain[/em]'],
    ['`a &gt; b`', '[code]a > b[/code]'],
    ['<@U0VERA> <@U0VERA|vera>', '@Vera @Vera'],
    [':no_such_emoji:', ':no_such_emoji:'],
    ['```round  labels\n1      30 &gt; 20```', '[code]round  labels\n1      30 > 20\n[/code]'],
  ])('%j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('formats nothing in plain_text but emoji', () => {
    expect(shown('*a* _b_ ~c~ `d` # <e> &amp; [f](g) :star:', 'plain_text')).toBe(
      '*a* _b_ ~c~ `d` # <e> & [f](g) ⭐',
    );
    expect(shown('# Round 3', 'plain_text')).toBe('# Round 3');
  });

  it('leaves everything else of a block alone', () => {
    const block = {
      type: 'image',
      block_id: 'a*b',
      image_url: '/files/a*b',
      alt_text: 'a * b',
      title: { type: 'plain_text', text: 'ok' },
    };
    expect(displayBlock(block)).toEqual(block);
  });
});
