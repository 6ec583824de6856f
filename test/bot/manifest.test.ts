import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const manifest = z
  .object({
    features: z.object({
      app_home: z.object({
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      }),
      slash_commands: z.array(z.object({ command: z.string() })),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      interactivity: z.object({ is_enabled: z.boolean() }),
      socket_mode_enabled: z.boolean(),
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional(),
    }),
  })
  .parse(parse(read('manifest.yaml')));

const sources = globSync('src/bot/**/*.ts', { cwd: root }).map(read).join('\n');
const found = (pattern: RegExp): string[] => [
  ...new Set([...sources.matchAll(pattern)].flatMap((match) => match.slice(1, 2))),
];

/** Scopes that Slack asks for, by method (docs.slack.dev); channels:* for public, groups:* for private ones. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.join': ['channels:join'],
  'conversations.members': ['channels:read', 'groups:read'],
  'auth.test': [],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.users.list': ['usergroups:read'],
};

test('the manifest asks for the scopes of the methods that the bot calls, and for no others', () => {
  const called = found(/client\s*\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g);
  expect(called).toContain('chat.postMessage');
  const needed = called.flatMap((method) => {
    const scopes = SCOPES[method];
    if (scopes === undefined) throw new Error(`say in this test which scope ${method} needs`);
    return scopes;
  });
  const commands = manifest.features.slash_commands.length > 0 ? ['commands'] : [];
  expect(new Set(manifest.oauth_config.scopes.bot)).toEqual(new Set([...needed, ...commands]));
});

test('the manifest has the slash commands and events that the bot listens to', () => {
  const commands = manifest.features.slash_commands.map(({ command }) => command);
  expect(commands.sort()).toEqual(found(/app\.command\('([^']+)'/g).sort());
  const events = manifest.settings.event_subscriptions?.bot_events ?? [];
  expect([...events].sort()).toEqual(found(/app\.event\('([^']+)'/g).sort());
});

test('the manifest turns on what the bot stands on: Socket Mode and interactivity', () => {
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
});

test('the Messages tab shows what the bot writes to one person, and takes no words that nobody would read', () => {
  expect(manifest.features.app_home).toEqual({
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
});
