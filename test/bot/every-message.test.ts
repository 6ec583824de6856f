import { checkMessage, checkModal } from 'discord-sandbox/validate';
import { validateMessage, validateView } from 'slack-sandbox/validate';
import { describe, expect, test } from 'vitest';
import type { Note, Reply, Said } from '../../src/bot/content/said.ts';
import { createAttachments } from '../../src/bot/discord/attachments.ts';
import { relabelForm } from '../../src/bot/discord/messages/forms.ts';
import type { DiscordMessage } from '../../src/bot/discord/messages/message.ts';
import { noteMessage as discordNote } from '../../src/bot/discord/messages/note-message.ts';
import { replyMessage as discordReply } from '../../src/bot/discord/messages/reply-message.ts';
import { saidMessage as discordSaid } from '../../src/bot/discord/messages/said-message.ts';
import { relabelModal } from '../../src/bot/slack/messages/modals/relabel-modal.ts';
import { reviewModal } from '../../src/bot/slack/messages/modals/review-modal.ts';
import { noteMessage as slackNote } from '../../src/bot/slack/messages/note-message.ts';
import { replyMessage as slackReply } from '../../src/bot/slack/messages/reply-message.ts';
import { saidMessage as slackSaid } from '../../src/bot/slack/messages/said-message.ts';
import { EVERY_NOTE, everyReply, everySaid } from './nasty-messages.ts';

/** The samples of each kind; the compiler sees to it that there is no kind without. */
const kindsOf = <T>(samples: Readonly<Record<string, readonly T[]>>): [string, readonly T[]][] =>
  Object.entries(samples);

/** Text that reached a message as something else than text, or that is none. */
const isClean = (message: unknown, mention: RegExp): void => {
  const text = JSON.stringify(message);
  expect(text).not.toMatch(mention);
  expect(text).not.toMatch(/undefined|NaN|\[object/);
};

describe('Slack takes every kind, with the nastiest texts', () => {
  const access = { labellers: { users: ['U1'], groups: ['S1'] }, operators: { users: ['U1'], groups: [] } };
  const check = (message: Parameters<typeof validateMessage>[0]): void => {
    expect(validateMessage(message)).toBeNull();
    isClean(message, /<!channel>|<script>/);
  };

  test.each(kindsOf<Said>(everySaid('F0123456789')))('of message: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const said of samples) check({ ...slackSaid(said) });
  });
  test.each(kindsOf<Note>(EVERY_NOTE))('of note: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const note of samples) check({ ...slackNote(note, access) });
  });
  test.each(kindsOf<Reply>(everyReply('F0123456789')))('of reply: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const reply of samples) {
      if (reply.kind === 'review') expect(validateView(reviewModal(reply.review))).toBeNull();
      else if (reply.kind === 'relabel')
        expect(validateView(relabelModal(reply.label, reply.modelType))).toBeNull();
      else if (reply.kind !== 'file') check({ ...slackReply(reply, access) });
    }
  });
});

describe('Discord takes every kind, with the nastiest texts', () => {
  const rights = {
    labellers: { users: ['discord:11'], groups: ['12'] },
    operators: { users: ['discord:11'], groups: [] },
    roles: new Set(['12']),
  };
  const check = (message: DiscordMessage): void => {
    const { body } = createAttachments().toPost(message);
    expect(checkMessage(JSON.parse(JSON.stringify(body)))).toEqual([]);
    expect(body.allowed_mentions).toEqual({ parse: [] });
    isClean(body, /@everyone/);
  };
  const PICTURE = 'alert-1.0a1b2c3d.png';

  test.each(kindsOf<Said>(everySaid(PICTURE)))('of message: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const said of samples) check(discordSaid(said, 'card:123456'));
  });
  test.each(kindsOf<Note>(EVERY_NOTE))('of note: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const note of samples) check(discordNote(note, rights));
  });
  test.each(kindsOf<Reply>(everyReply(PICTURE)))('of reply: %s', (_, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    for (const reply of samples) {
      check(discordReply(reply, rights));
      if (reply.kind === 'relabel')
        expect(
          checkModal(JSON.parse(JSON.stringify(relabelForm(reply.label, reply.modelType))), ['data']),
        ).toEqual([]);
    }
  });
});
