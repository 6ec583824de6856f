import type { DiscordSandbox } from 'discord-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { button, call, post, row } from './api.ts';
import { startRoomyDiscord } from './discord-client.ts';

const long = (length: number): string => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const select = (options: object[], more: object = {}): object =>
  row({ type: 3, custom_id: 'finer', options, ...more });
const option = (index: number): object => ({ label: `l${index}`, value: `v${index}` });

/** What is refused, and where Discord says that it is wrong. */
const refused: readonly [string, object, string][] = [
  ['content of 2,001 characters', { content: long(2_001) }, 'content'],
  ['a nonce of 26', { content: 'a', nonce: long(26) }, 'nonce'],
  ['11 embeds', { embeds: many(11, () => ({ title: 'a' })) }, 'embeds'],
  ['an embed title of 257', { embeds: [{ title: long(257) }] }, 'embeds.0.title'],
  ['a description of 4,097', { embeds: [{ description: long(4_097) }] }, 'embeds.0.description'],
  ['26 fields', { embeds: [{ fields: many(26, () => ({ name: 'n', value: 'v' })) }] }, 'embeds.0.fields'],
  [
    'a field name of 257',
    { embeds: [{ fields: [{ name: long(257), value: 'v' }] }] },
    'embeds.0.fields.0.name',
  ],
  ['a field without a value', { embeds: [{ fields: [{ name: 'n' }] }] }, 'embeds.0.fields.0.value'],
  [
    'a field value of 1,025',
    { embeds: [{ fields: [{ name: 'n', value: long(1_025) }] }] },
    'embeds.0.fields.0.value',
  ],
  ['a footer of 2,049', { embeds: [{ footer: { text: long(2_049) } }] }, 'embeds.0.footer.text'],
  [
    '6,001 characters in two embeds',
    { embeds: [{ description: long(4_000) }, { description: long(2_001) }] },
    'embeds',
  ],
  ['a picture that is no address', { embeds: [{ image: { url: 'card.png' } }] }, 'embeds.0.image.url'],
  ['6 rows', { components: many(6, (i) => row(button(`b${i}`))) }, 'components'],
  [
    '6 buttons in a row',
    { components: [row(...many(6, (i) => button(`b${i}`)))] },
    'components.0.components',
  ],
  ['an empty row', { components: [row()] }, 'components.0.components'],
  ['a custom_id of 101', { components: [row(button(long(101)))] }, 'components.0.components.0.custom_id'],
  [
    'one custom_id twice',
    { components: [row(button('a')), row(button('a'))] },
    'components.1.components.0.custom_id',
  ],
  [
    'a label of 81',
    { components: [row({ type: 2, style: 1, custom_id: 'a', label: long(81) })] },
    'components.0.components.0.label',
  ],
  [
    'a link without an address',
    { components: [row({ type: 2, style: 5, label: 'a' })] },
    'components.0.components.0.url',
  ],
  ['26 options', { components: [select(many(26, option))] }, 'components.0.components.0.options'],
  ['no options', { components: [select([])] }, 'components.0.components.0.options'],
  [
    'an option value twice',
    { components: [select([option(1), option(1)])] },
    'components.0.components.0.options.1.value',
  ],
  [
    'more values than options',
    { components: [select([option(1)], { max_values: 2 })] },
    'components.0.components.0.options',
  ],
  [
    'a menu beside a button',
    { components: [row(button('a'), { type: 3, custom_id: 'f', options: [option(1)] })] },
    'components.0.components',
  ],
  [
    'a placeholder of 151',
    { components: [select([option(1)], { placeholder: long(151) })] },
    'components.0.components.0.placeholder',
  ],
  ['a file that was not sent', { content: 'a', attachments: [{ id: 0 }] }, 'attachments.0'],
];

const errorsAt = (errors: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      errors,
    );

describe('Discord’s limits', () => {
  let sandbox: DiscordSandbox;
  beforeAll(async () => {
    sandbox = await startRoomyDiscord();
  });
  afterAll(() => sandbox.stop());

  it.each(refused)('refuses %s', async (_what, body, path) => {
    const answer = await post(sandbox, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50_035, message: 'Invalid Form Body' } });
    expect(errorsAt(answer.body.errors, path)).toHaveProperty('_errors');
    expect(sandbox.messages()).toEqual([]);
  });

  it('refuses a message with nothing in it, and a file above 10 MB', async () => {
    expect(await post(sandbox, {})).toMatchObject({ status: 400, body: { code: 50_006 } });
    const form = new FormData();
    form.set('payload_json', JSON.stringify({ content: 'large' }));
    form.set('files[0]', new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]), 'night.csv');
    const response = await fetch(`${sandbox.apiUrl}/v10/channels/${sandbox.channel}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${sandbox.botToken}` },
      body: form,
    });
    expect([response.status, await response.json()]).toMatchObject([413, { code: 40_005 }]);
    expect(sandbox.messages()).toEqual([]);
  });

  it('takes everything at its limit', async () => {
    const rows = [
      ...many(4, (r) => row(...many(5, (i) => ({ ...button(`${r}${i}${long(98)}`), label: long(80) })))),
      select(many(25, option), { max_values: 25, placeholder: long(150) }),
    ];
    const answer = await post(sandbox, {
      content: long(2_000),
      nonce: long(25),
      embeds: [{ title: long(256), description: long(4_096), footer: { text: long(1_648) } }],
      components: rows,
    });
    expect(answer.body).not.toHaveProperty('code');
    expect(answer.status).toBe(200);
    await sandbox.act.deleteMessage({ message: String(answer.body.id) });
  });

  it('refuses commands that Discord refuses', async () => {
    const path = `/applications/${sandbox.applicationId}/guilds/${sandbox.guild}/commands`;
    const command = { name: 'finkvra', description: 'd' };
    const option = { type: 3, name: 'object', description: 'd' };
    const wrong: readonly [object, string][] = [
      [{ ...command, name: 'Finkvra' }, '0.name'],
      [{ ...command, description: long(101) }, '0.description'],
      [{ ...command, options: many(26, (i) => ({ ...option, name: `o${i}` })) }, '0.options'],
      [{ ...command, options: [option, { ...option, name: 'b', required: true }] }, '0.options.1'],
      [
        { ...command, options: [{ ...option, choices: many(26, (i) => ({ name: `${i}`, value: `${i}` })) }] },
        '0.options.0.choices',
      ],
      [{ ...command, options: [option, { type: 1, name: 'show', description: 'd' }] }, '0.options'],
    ];
    for (const [given, at] of wrong) {
      const answer = await call(sandbox, 'PUT', path, [given]);
      expect(answer).toMatchObject({ status: 400, body: { code: 50_035 } });
      expect(errorsAt(answer.body.errors, at)).toHaveProperty('_errors');
    }
    expect(sandbox.commands()).toEqual([]);
  });

  it('gives back the message that an enforced nonce made, and no other', async () => {
    const first = await post(sandbox, { content: 'card', nonce: 'card:7', enforce_nonce: true });
    const again = await post(sandbox, { content: 'card', nonce: 'card:7', enforce_nonce: true });
    expect(again.body.id).toBe(first.body.id);
    const loose = await post(sandbox, { content: 'card', nonce: 'card:7' });
    expect(loose.body.id).not.toBe(first.body.id);
    await sandbox.faults.forgetNonces();
    const later = await post(sandbox, { content: 'card', nonce: 'card:7', enforce_nonce: true });
    expect(later.body.id).not.toBe(first.body.id);
    expect(BigInt(String(later.body.id))).toBeGreaterThan(BigInt(String(first.body.id)));
    expect(BigInt(String(later.body.id))).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  });
});
