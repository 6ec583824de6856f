import { validateMessage, validateView } from 'slack-sandbox/validate';
import { describe, expect, it } from 'vitest';
import {
  countBlockCharacters,
  type Surface,
  validateBlocks,
} from '../../packages/slack-sandbox/src/validate/validate-blocks.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (count: number): string => 'x'.repeat(count);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const button = (change: object = {}) => ({
  type: 'button',
  action_id: 'answer_galactic',
  text: plain('Galactic'),
  ...change,
});
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const section = (change: object) => ({ type: 'section', ...change });
const option = (value: string) => ({ text: plain(value), value });
const chart = (change: object = {}, title = 'Accuracy') => ({
  type: 'data_visualization',
  title,
  chart: {
    type: 'line',
    series: [{ name: 'accuracy', data: [{ label: '1', value: 71 }] }],
    axis_config: { categories: ['1'] },
    ...change,
  },
});

const broken = (blocks: unknown, surface: Surface = 'message'): string[] =>
  validateBlocks(blocks, surface).map(({ pointer, message }) => `${pointer} ${message}`);

describe('blocks that Slack takes', () => {
  it.each<[string, object]>([
    ['a section of 3000 characters', section({ text: mrkdwn(x(3000)) })],
    ['ten fields of 2000', section({ fields: many(10, () => mrkdwn(x(2000))) })],
    ['a header of 150', { type: 'header', text: plain(x(150)) }],
    ['a context of ten elements', { type: 'context', elements: many(10, () => mrkdwn('a')) }],
    ['25 buttons', actions(...many(25, (i) => button({ action_id: `a${i}` })))],
    [
      'a button of 75 characters and a value of 2000',
      actions(button({ text: plain(x(75)), value: x(2000) })),
    ],
    ['an uploaded picture', { type: 'image', slack_file: { id: 'F1' }, alt_text: x(2000) }],
    ['a divider', { type: 'divider' }],
    ['a section that stays unfolded', section({ text: mrkdwn('a'), expand: true })],
    [
      'a chart of 6 series and 20 points',
      chart(
        {
          series: many(6, (i) => ({ name: `s${i}`, data: many(20, (p) => ({ label: `${p}`, value: p })) })),
          axis_config: { categories: many(20, (p) => `${p}`) },
        },
        x(50),
      ),
    ],
    ['a section with a button beside it', section({ text: mrkdwn('a'), accessory: button() })],
    [
      'a menu of 100 options',
      actions({
        type: 'static_select',
        action_id: 'm',
        placeholder: plain('More'),
        options: many(100, (i) => option(`${i}`)),
      }),
    ],
  ])('%s', (_, block) => {
    expect(broken([block])).toEqual([]);
  });
});

describe('blocks that Slack refuses, with the place and the reason', () => {
  it.each<[string, unknown, string]>([
    ['an empty text', [section({ text: mrkdwn('') })], '/blocks/0/text/text must be more than 0 characters'],
    [
      'a section of 3001',
      [section({ text: mrkdwn(x(3001)) })],
      '/blocks/0/text/text must be less than 3001 characters',
    ],
    ['a section of nothing', [section({})], '/blocks/0 must define either `text` or `fields`'],
    [
      'a section whose expand is a text',
      [section({ text: mrkdwn('a'), expand: 'yes' })],
      '/blocks/0/expand must be a boolean',
    ],
    [
      'eleven fields',
      [section({ fields: many(11, () => mrkdwn('a')) })],
      '/blocks/0/fields no more than 10 items allowed',
    ],
    [
      'a field of 2001',
      [section({ fields: [mrkdwn(x(2001))] })],
      '/blocks/0/fields/0/text must be less than 2001 characters',
    ],
    [
      'a header of 151',
      [{ type: 'header', text: plain(x(151)) }],
      '/blocks/0/text/text must be less than 151 characters',
    ],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: mrkdwn('a') }],
      '/blocks/0/text/type must be plain_text here',
    ],
    [
      'eleven context elements',
      [{ type: 'context', elements: many(11, () => mrkdwn('a')) }],
      '/blocks/0/elements no more than 10 items allowed',
    ],
    [
      '26 buttons',
      [actions(...many(26, (i) => button({ action_id: `a${i}` })))],
      '/blocks/0/elements no more than 25 items allowed',
    ],
    ['no buttons', [actions()], '/blocks/0/elements no fewer than 1 items allowed'],
    [
      'a button of 76',
      [actions(button({ text: plain(x(76)) }))],
      '/blocks/0/elements/0/text/text must be less than 76 characters',
    ],
    [
      'a value of 2001',
      [actions(button({ value: x(2001) }))],
      '/blocks/0/elements/0/value must be less than 2001 characters',
    ],
    [
      'an unknown button style',
      [actions(button({ style: 'green' }))],
      '/blocks/0/elements/0/style must be a valid enum value',
    ],
    [
      'an action_id of 256',
      [actions(button({ action_id: x(256) }))],
      '/blocks/0/elements/0/action_id must be less than 256 characters',
    ],
    [
      'an action_id twice in a block',
      [actions(button(), button())],
      '/blocks/0/elements/1/action_id `action_id` "answer_galactic" already exists',
    ],
    [
      'a block_id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      '/blocks/1/block_id `block_id` "a" already exists',
    ],
    [
      'a block_id of 256',
      [{ type: 'divider', block_id: x(256) }],
      '/blocks/0/block_id must be less than 256 characters',
    ],
    [
      'a picture without alt text',
      [{ type: 'image', image_url: 'https://a/b.png' }],
      '/blocks/0/alt_text missing required field',
    ],
    [
      'an alt text of 2001',
      [{ type: 'image', slack_file: { id: 'F1' }, alt_text: x(2001) }],
      '/blocks/0/alt_text must be less than 2001 characters',
    ],
    [
      'a picture from nowhere',
      [{ type: 'image', alt_text: 'a' }],
      '/blocks/0 must define either `image_url` or `slack_file`',
    ],
    [
      'six overflow options',
      [actions({ type: 'overflow', action_id: 'o', options: many(6, (i) => option(`${i}`)) })],
      '/blocks/0/elements/0/options no more than 5 items allowed',
    ],
    ['an unknown block', [{ type: 'carroussel' }], '/blocks/0/type unsupported type: carroussel'],
    [
      'an input outside of an input block',
      [actions({ type: 'plain_text_input', action_id: 'a' })],
      '/blocks/0/elements/0/type unsupported type: plain_text_input',
    ],
    ['51 blocks', many(51, () => ({ type: 'divider' })), '/blocks no more than 50 items allowed'],
    ['a chart title of 51', [chart({}, x(51))], '/blocks/0/title must be less than 51 characters'],
    [
      'seven series',
      [chart({ series: many(7, (i) => ({ name: `${i}`, data: [{ label: '1', value: 1 }] })) })],
      '/blocks/0/chart/series no more than 6 items allowed',
    ],
    [
      '21 points',
      [
        chart({
          series: [{ name: 'a', data: many(21, (i) => ({ label: `${i}`, value: i })) }],
          axis_config: {},
        }),
      ],
      '/blocks/0/chart/series/0/data no more than 20 items allowed',
    ],
    [
      'a chart label of 21',
      [chart({ series: [{ name: x(21), data: [{ label: '1', value: 1 }] }] })],
      '/blocks/0/chart/series/0/name must be less than 21 characters',
    ],
    [
      'a point that is not a number',
      [chart({ series: [{ name: 'a', data: [{ label: '1', value: Number.NaN }] }] })],
      '/blocks/0/chart/series/0/data/0/value must be a number',
    ],
    ['three charts', [chart(), chart(), chart()], '/blocks no more than 2 data_visualization blocks allowed'],
    ['blocks that are no array', 'blocks', '/blocks must be an array'],
  ])('%s', (_, blocks, problem) => {
    expect(broken(blocks)).toContain(problem);
  });

  it('lets a modal have 100 blocks, but no chart', () => {
    expect(
      broken(
        many(100, () => ({ type: 'divider' })),
        'modal',
      ),
    ).toEqual([]);
    expect(
      broken(
        many(101, () => ({ type: 'divider' })),
        'home',
      ),
    ).toEqual(['/blocks no more than 100 items allowed']);
    expect(broken([chart()], 'modal')).toEqual(['/blocks/0/type unsupported type: data_visualization']);
  });
});

describe('whole messages and views', () => {
  it('counts what is read and linked, not what is hidden', () => {
    const blocks = [section({ text: mrkdwn('four') }), actions(button({ text: plain('ok'), value: x(500) }))];
    expect(countBlockCharacters(blocks)).toBe(6);
  });

  it.each<[string, Parameters<typeof validateMessage>[0], string | undefined]>([
    ['text alone', { text: 'hello' }, undefined],
    ['blocks alone', { blocks: [{ type: 'divider' }] }, undefined],
    ['nothing', {}, 'no_text'],
    ['a text of 40001', { text: x(40_001) }, 'msg_too_long'],
    ['blocks as a text that is not JSON', { text: 'a', blocks: '[{' }, 'invalid_blocks_format'],
    [
      'five sections of 2700',
      { blocks: many(5, () => section({ text: mrkdwn(x(2700)) })) },
      'msg_blocks_too_long',
    ],
    ['metadata without a payload', { text: 'a', metadata: { event_type: 'a' } }, 'invalid_metadata_schema'],
    [
      'metadata of 17 kB',
      { text: 'a', metadata: { event_type: 'a', event_payload: { a: x(17_000) } } },
      'metadata_too_large',
    ],
  ])('%s: %s', (_, message, error) => {
    expect(validateMessage(message)?.error).toBe(error);
  });

  it('takes at most 4000 characters of text in an update', () => {
    expect(validateMessage({ text: x(4001) })).toBeNull();
    expect(validateMessage({ text: x(4001) }, { update: true })?.error).toBe('msg_too_long');
  });

  it('wants a short title, and a submit button where there is something to fill in', () => {
    const modal = { type: 'modal', title: plain('Relabel'), blocks: [] as object[] };
    const input = {
      type: 'input',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'why' },
    };
    expect(validateView(modal)).toBeNull();
    expect(validateView({ ...modal, blocks: [input] })?.messages).toEqual([
      '[ERROR] missing required field: text object [json-pointer:/view/submit]',
    ]);
    expect(validateView({ ...modal, title: plain(x(25)) })?.messages).toEqual([
      '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
    expect(validateView({ type: 'home', private_metadata: x(3001), blocks: [] })?.error).toBe(
      'invalid_arguments',
    );
  });
});
