import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkMessage, checkModal } from 'discord-sandbox/validate';
import { describe, expect, test } from 'vitest';
import type { CardContent } from '../../../src/bot/content/card-content.ts';
import { reviewAnswers } from '../../../src/bot/content/review/review-content.ts';
import { createAttachments } from '../../../src/bot/discord/attachments.ts';
import { commandList } from '../../../src/bot/discord/command-list.ts';
import { compareSnowflakes, snowflakeAt } from '../../../src/bot/discord/ids.ts';
import { cardMessage } from '../../../src/bot/discord/messages/card-message.ts';
import { relabelForm, remarkForm } from '../../../src/bot/discord/messages/forms.ts';
import { headerMessage } from '../../../src/bot/discord/messages/header-message.ts';
import { guidelinesMessage, homeMessage } from '../../../src/bot/discord/messages/home-message.ts';
import { escapeMarkdown, noteMarkdown } from '../../../src/bot/discord/messages/markdown.ts';
import type { DiscordMessage } from '../../../src/bot/discord/messages/message.ts';
import { reportDetailsMessage, reportMessage } from '../../../src/bot/discord/messages/report-message.ts';
import { reviewMessage } from '../../../src/bot/discord/messages/review-message.ts';
import { NEEDED_BITS } from '../../../src/bot/discord/permissions.ts';
import { words } from '../../../src/bot/words/index.ts';
import { MODEL_TYPES, type ModelType } from '../../../src/pipeline/learning/label-maps.ts';
import { LONG, NASTY, nastyCard, nastyHeader, nastyReport } from '../nasty-messages.ts';

const AT = '2026-05-02T14:03:00.000Z';

/** Held to Discord's limits, as the stand-in knows them. */
const check = (message: DiscordMessage): void => {
  const { body } = createAttachments().toPost(message);
  expect(checkMessage(JSON.parse(JSON.stringify(body)))).toEqual([]);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(JSON.stringify(body)).not.toContain('@everyone');
};

const card = (modelType: ModelType, over: Partial<CardContent> = {}): CardContent =>
  nastyCard(modelType, {
    links: [{ name: NASTY, url: 'https://example.org/a(b)c d' }],
    probability: NASTY,
    why: NASTY,
    pushed: NASTY,
    facts: Array.from({ length: 8 }, (_, i) => ({ name: `Fact ${i}`, text: LONG })),
    waiting: NASTY,
    ...over,
  });
const decided = (undoable: boolean) => ({
  decision: { answer: 'galactic' as const, words: NASTY, notes: [LONG, LONG], undoable },
});

describe('messages within Discord’s limits, with the nastiest texts', () => {
  test.each(MODEL_TYPES)('cards that ask %s, in every state', (type) => {
    const messages = [
      card(type),
      card(type, decided(true)),
      card(type, decided(false)),
      card(type, { withdrawn: NASTY }),
    ];
    for (const content of messages) check(cardMessage(content, 'alert-1.0a1b2c3d.png', 'card:123456'));
    const answers = reviewAnswers(type);
    const place = { round: 99_999, since: AT, after: 999_999 };
    const said = { text: LONG, undo: 999_999 };
    const step = { place, said, progress: '3 of 10', done: 2, total: 10, answers, link: null, more: true };
    check(reviewMessage({ ...step, kind: 'candidate', card: card(type), picture: 'a.0a1b2c3d.png' }));
    check(reviewMessage({ kind: 'end', place, said, lines: [LONG], goOn: { round: 7, waiting: 3 } }));
    const remark = { note: 'x'.repeat(300), unsure: true };
    const label = { object_id: 'ZTF25aapafwq', answer: 'galactic' as const, user_name: NASTY, at: AT };
    const form = { modelType: type, candidateId: 1, objectId: 'ZTF25aapafwq', answer: null, remark };
    for (const one of [relabelForm(label, type), remarkForm(form, ['9999', 'mavq3k1c', '99999'])])
      expect(checkModal(JSON.parse(JSON.stringify(one)), ['data'])).toEqual([]);
  });

  test('a header with a hundred labellers, reports, home and guidelines', () => {
    const people = Array.from({ length: 100 }, (_, i) => ({ name: NASTY, count: i }));
    const header = {
      ...nastyHeader('open', NASTY),
      people,
      chosen: LONG,
      summary: { text: LONG, report: 'https://example.org' },
    };
    check(headerMessage(header, 'header:1'));
    const report = nastyReport(LONG, NASTY);
    check(reportMessage(report, null, 'report:1'));
    check(reportMessage(report, 'report-1.0a1b2c3d.png', 'report:1'));
    check(reportDetailsMessage(report));
    const home = {
      title: 'Round 1',
      round: LONG,
      done: { labelled: 1, total: 30 },
      waiting: Array.from({ length: 60 }, () => ({ objectId: 'ZTF25aapafwq', page: 'https://example.org' })),
      mine: [LONG],
      team: people.map(({ name }) => ({ name, text: NASTY })),
      accuracy: 'Accuracy 87 %',
      accuracyNote: LONG,
      trend: NASTY,
      points: [],
      paused: true,
      simulated: true,
      trouble: LONG,
    };
    const settings = Array.from({ length: 20 }, () => ({ name: NASTY, value: NASTY }));
    check(
      homeMessage(
        { home, picture: null, report: 'https://example.org', guidelines: LONG, settings },
        { labellers: 'everyone', operators: { users: ['discord:11'], groups: [] }, roles: new Set() },
      ),
    );
    check(guidelinesMessage(LONG.replaceAll('@everyone', '')));
  });

  test('the commands, a subcommand a word', () => {
    const [command] = commandList(words);
    const options = command !== undefined && 'options' in command ? (command.options ?? []) : [];
    expect(options.length).toBeLessThanOrEqual(25);
    expect(
      options.every(({ name, description }) => /^[a-z]{1,32}$/.test(name) && description.length <= 100),
    ).toBe(true);
    expect(options.map(({ name }) => name)).toEqual(expect.arrayContaining(words.map(({ word }) => word)));
  });
});

test('text stays text, `code` and **bold** of ours stay what they are', () => {
  expect(escapeMarkdown('# a_b *c* [d](e) <@1>\n- f')).toBe(
    '\\# a\\_b \\*c\\* \\[d\\](e) \\<@\u200b1\\>\n\\- f',
  );
  expect(noteMarkdown('type `/finkvra show a_b`, **it is** a_b')).toBe(
    'type `/finkvra show a_b`, **it is** a\\_b',
  );
});

test('ids are compared as numbers that large', () => {
  expect(compareSnowflakes('1189342345657384961', '1189342345657384962')).toBeLessThan(0);
  expect(compareSnowflakes('1000000000000000000', '999999999999999999')).toBeGreaterThan(0);
  expect(compareSnowflakes('5', '5')).toBe(0);
  // docs.discord.com: 175928847299117063 was made 1462015105796 ms after 1970.
  expect(BigInt(snowflakeAt(1_462_015_105_796)) >> 22n).toBe(175_928_847_299_117_063n >> 22n);
});

test('a picture is sent once, stays when its message is changed, and makes room for another', () => {
  const attachments = createAttachments();
  const id = attachments.keep({ filename: 'alert-1.png', bytes: Buffer.from('one') });
  expect(id).toBe(attachments.keep({ filename: 'alert-1.png', bytes: Buffer.from('one') }));
  const shown = (picture: string) => cardMessage(card('galactic'), picture, 'card:1');
  expect(attachments.toPost(shown(id)).files.map(({ name }) => name)).toEqual([id]);
  const kept = attachments.toChange(shown(id), new Set([id]));
  expect(kept.files).toEqual([]);
  expect(kept.body.attachments).toBeUndefined();
  expect(kept.body.embeds[0]?.image?.url).toBe(`attachment://${id}`);
  const other = attachments.keep({ filename: 'alert-1.png', bytes: Buffer.from('two') });
  const changed = attachments.toChange(shown(other), new Set([id]));
  expect(changed.files.map(({ name }) => name)).toEqual([other]);
  expect(changed.body.attachments).toHaveLength(1);
  // Neither at hand nor in the message: the card goes without, rather than with a broken picture.
  expect(attachments.toPost(shown('gone.png')).body.embeds[0]?.image).toBeUndefined();
  expect(() => attachments.keep({ filename: 'a.png', bytes: new Uint8Array(11e6) })).toThrow(/larger than/);
});

test('the README’s invite link asks for exactly what the bot needs', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', 'README.md'), 'utf8');
  expect(readme).toContain(`scope=bot+applications.commands&permissions=${NEEDED_BITS}`);
});
