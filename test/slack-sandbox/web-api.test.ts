import { webApi } from '@slack/bolt';
import { type Sandbox, type SandboxOptions, startSandbox } from 'slack-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { ErrorCode, WebClient } = webApi;

/** The error name that Slack's own client reports, with what comes beside it. */
const refusal = async (call: Promise<unknown>): Promise<Record<string, unknown>> => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null || typeof error !== 'object' || !('code' in error))
    throw new Error(`the call was not refused: ${String(error)}`);
  if (error.code === ErrorCode.PlatformError && 'data' in error) return { ...Object(error.data) };
  return { ...error };
};

describe('the Web API as Slack’s own client sees it', () => {
  let sandbox: Sandbox;
  let client: webApi.WebClient;
  const others: Sandbox[] = [];
  const open = async (options: Partial<SandboxOptions>): Promise<[Sandbox, webApi.WebClient]> => {
    const other = await startSandbox({ port: 0, databasePath: ':memory:', ...options });
    others.push(other);
    return [other, clientOf(other)];
  };
  const clientOf = (to: Sandbox, token = to.botToken): webApi.WebClient =>
    new WebClient(token, {
      slackApiUrl: to.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  const text = (words: string) => ({ channel: sandbox.channel, text: words });

  beforeAll(async () => {
    [sandbox, client] = await open({});
  });
  afterAll(async () => {
    for (const other of others) await other.stop();
  });

  it('knows who it is', async () => {
    expect(await client.auth.test()).toMatchObject({ ok: true, user_id: 'U0FINKVRA', bot_id: 'B0FINKVRA' });
    const { members } = await client.users.list({});
    expect(members?.map((member) => member.real_name)).toEqual([
      'Vera Rubin',
      'Subrahmanyan Chandrasekhar',
      'Cecilia Payne-Gaposchkin',
      'Finkvra',
    ]);
    expect((await client.users.info({ user: 'U0VERA' })).user).toMatchObject({ name: 'vera', is_bot: false });
    expect(await refusal(client.users.info({ user: 'U0NOBODY' }))).toMatchObject({ error: 'user_not_found' });
  });

  it('refuses wrong tokens by Slack’s names', async () => {
    const wrong = clientOf(sandbox, 'xoxb-wrong');
    expect(await refusal(wrong.auth.test())).toMatchObject({ error: 'invalid_auth' });
    const none = new WebClient(undefined, { slackApiUrl: sandbox.apiUrl });
    expect(await refusal(none.auth.test())).toMatchObject({ error: 'not_authed' });
    expect(await refusal(client.apps.connections.open({}))).toMatchObject({
      error: 'not_allowed_token_type',
    });
    const app = clientOf(sandbox, sandbox.appToken);
    expect(await refusal(app.chat.postMessage(text('a')))).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await refusal(client.apiCall('chat.postMassage'))).toMatchObject({ error: 'unknown_method' });
  });

  it('says which scope is missing', async () => {
    const [other, poor] = await open({ scopes: ['chat:write', 'chat:write.public'] });
    expect(await refusal(poor.conversations.history({ channel: other.channel }))).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
      provided: 'chat:write,chat:write.public',
    });
  });

  it('posts where the bot is not a member only with chat:write.public, and lets it read only as a member', async () => {
    const [stranger, asStranger] = await open({
      botIsMember: false,
      scopes: ['chat:write', 'chat:write.public', 'channels:join', 'channels:history'],
    });
    const { channel } = stranger;
    expect((await asStranger.chat.postMessage({ channel, text: 'hello' })).ok).toBe(true);
    expect(await refusal(asStranger.conversations.history({ channel }))).toMatchObject({
      error: 'not_in_channel',
    });
    await asStranger.conversations.join({ channel });
    expect((await asStranger.conversations.history({ channel })).messages).toHaveLength(1);
    const [, quiet] = await open({ botIsMember: false, scopes: ['chat:write'] });
    expect(await refusal(quiet.chat.postMessage({ channel, text: 'hello' }))).toMatchObject({
      error: 'not_in_channel',
    });
  });

  it('finds a posted message again by its metadata, page by page', async () => {
    const [other, it] = await open({ postBurst: 100 });
    const { channel } = other;
    for (let candid = 0; candid < 7; candid += 1)
      await it.chat.postMessage({
        channel,
        text: `card ${candid}`,
        metadata: { event_type: 'candidate', event_payload: { candid: String(candid) } },
      });
    const seen: unknown[] = [];
    for await (const page of it.paginate('conversations.history', {
      channel,
      limit: 3,
      include_all_metadata: true,
    }))
      seen.push(page);
    const messages = seen.flatMap((page) => Object(page).messages);
    expect(messages.map((message) => message.metadata.event_payload.candid)).toEqual([...'6543210']);
    expect(seen).toHaveLength(3);
    const [, oldest] = messages.toReversed();
    const later = await it.conversations.history({ channel, oldest: oldest.ts });
    expect(later.messages?.map((message) => message.text)).toEqual([
      'card 6',
      'card 5',
      'card 4',
      'card 3',
      'card 2',
    ]);
    expect(later.messages?.[0]).not.toHaveProperty('metadata');
    const inclusive = await it.conversations.history({
      channel,
      oldest: oldest.ts,
      inclusive: true,
      limit: 10,
    });
    expect(inclusive.messages).toHaveLength(6);
    expect(await refusal(it.conversations.history({ channel, cursor: 'nonsense' }))).toMatchObject({
      error: 'invalid_cursor',
    });
  });

  it('keeps threads apart from the channel unless a reply is broadcast', async () => {
    const [other, it] = await open({});
    const { channel } = other;
    const root = await it.chat.postMessage({ channel, text: 'round 1' });
    const thread_ts = String(root.ts);
    await it.chat.postMessage({ channel, thread_ts, text: 'card 1' });
    await it.chat.postMessage({ channel, thread_ts, text: 'card 2', reply_broadcast: true });
    const { messages } = await it.conversations.history({ channel });
    expect(messages?.map((message) => message.text)).toEqual(['card 2', 'round 1']);
    expect(messages?.[1]).toMatchObject({ reply_count: 2, thread_ts });
    const replies = await it.conversations.replies({ channel, ts: thread_ts });
    expect(replies.messages?.map((message) => message.text)).toEqual(['round 1', 'card 1', 'card 2']);
    expect(await refusal(it.chat.postMessage({ channel, thread_ts: '1.2', text: 'a' }))).toMatchObject({
      error: 'thread_not_found',
    });
  });

  it('updates only the bot’s own messages; text without blocks takes the blocks away', async () => {
    const { ts } = await client.chat.postMessage({ ...text('card'), blocks: [{ type: 'divider' }] });
    const at = { channel: sandbox.channel, ts: String(ts) };
    const shown = () => sandbox.messages().find((message) => message.ts === ts);
    await client.chat.update({ ...at, blocks: [{ type: 'divider' }, { type: 'divider' }] });
    expect(shown()?.blocks).toHaveLength(2);
    expect(shown()).toMatchObject({ text: 'card' });
    await client.chat.update({ ...at, text: 'answered' });
    expect(shown()).toMatchObject({ text: 'answered', blocks: [] });
    expect(await refusal(client.chat.update({ ...at, ts: '1.000000', text: 'a' }))).toMatchObject({
      error: 'message_not_found',
    });
    expect(await refusal(client.chat.update({ ...at, channel: 'C0ELSEWHERE', text: 'a' }))).toMatchObject({
      error: 'channel_not_found',
    });
    const said = await sandbox.act.say({ user: 'U0VERA', text: 'mine' });
    expect(await refusal(client.chat.update({ ...at, ts: said.ts, text: 'a' }))).toMatchObject({
      error: 'cant_update_message',
    });
    await client.chat.delete(at);
    expect(shown()).toBeUndefined();
  });

  it('refuses bad blocks with the place of each fault', async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text' as const, text: 'x'.repeat(151) } }];
    const answer = await refusal(client.chat.postMessage({ ...text('a'), blocks }));
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: {
        messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
  });

  it('gives every message a timestamp of its own, in order, also where the clock stands still', async () => {
    const [other, it] = await open({ clock: () => new Date('2024-05-28T18:40:00Z') });
    for (const words of ['a', 'b', 'c']) await it.chat.postMessage({ channel: other.channel, text: words });
    expect(other.messages().map((message) => message.ts)).toEqual([
      '1716921600.000000',
      '1716921600.000001',
      '1716921600.000002',
    ]);
  });

  it('shows private notes to one person only, and never in the history', async () => {
    const [other, it] = await open({});
    await it.chat.postEphemeral({ channel: other.channel, user: 'U0VERA', text: 'Cecilia answered first' });
    expect(other.ephemerals('U0VERA')).toMatchObject([{ text: 'Cecilia answered first' }]);
    expect(other.ephemerals('U0CECILIA')).toEqual([]);
    expect((await it.conversations.history({ channel: other.channel })).messages).toEqual([]);
    expect(
      await refusal(it.chat.postEphemeral({ channel: other.channel, user: 'U0NOBODY', text: 'a' })),
    ).toMatchObject({ error: 'user_not_in_channel' });
  });

  it('uploads by filesUploadV2 too, as Slack’s client does it', async () => {
    const [other, it] = await open({});
    await it.filesUploadV2({
      channel_id: other.channel,
      filename: 'labels.csv',
      content: 'candid,label\n1,galactic\n',
    });
    const [message] = other.messages();
    const served = await fetch(`${other.url}/files/${message?.files[0]}`);
    expect(await served.text()).toBe('candid,label\n1,galactic\n');
  });
});
