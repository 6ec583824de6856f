import type { App, ViewResponseAction } from '@slack/bolt';
import type { JsonObject } from 'sandbox-kit/json';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBoltApp, until } from './bolt-app.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(value), value });

const card = (candid: string) => [
  { type: 'section' as const, text: { type: 'mrkdwn' as const, text: `*${candid}*` } },
  {
    type: 'actions' as const,
    block_id: 'answers',
    elements: [
      { type: 'button' as const, action_id: 'answer_galactic', value: candid, text: plain('Galactic') },
      {
        type: 'static_select' as const,
        action_id: 'answer_finer',
        placeholder: plain('More'),
        options: [option('agn'), option('bogus')],
      },
      { type: 'overflow' as const, action_id: 'menu', options: [option('why'), option('history')] },
    ],
  },
];

const modal = {
  type: 'modal' as const,
  callback_id: 'relabel',
  private_metadata: '1234',
  notify_on_close: true,
  title: plain('Relabel'),
  submit: plain('Save'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'label',
      label: plain('Label'),
      element: {
        type: 'static_select' as const,
        action_id: 'choice',
        options: [option('galactic'), option('agn')],
      },
    },
    {
      type: 'input' as const,
      block_id: 'why',
      optional: true,
      label: plain('Why'),
      element: { type: 'plain_text_input' as const, action_id: 'text', max_length: 20 },
    },
  ],
};

describe('an unmodified Bolt app in the sandbox', () => {
  let sandbox: Sandbox;
  let app: App;
  let stopApp: () => Promise<void> = async () => undefined;
  const start = async (register: (app: App) => void): Promise<void> => {
    ({ app, stop: stopApp } = await startBoltApp(sandbox, register));
  };
  const postCard = async (candid = '1234'): Promise<string> => {
    const { ts } = await app.client.chat.postMessage({
      channel: sandbox.channel,
      text: candid,
      blocks: card(candid),
      metadata: { event_type: 'candidate', event_payload: { candid, round: 1 } },
    });
    return String(ts);
  };

  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  });
  afterEach(async () => {
    await stopApp();
    stopApp = async () => undefined;
    await sandbox.stop();
  });

  it('posts a card, gets the click with everything in it, and updates the card', async () => {
    const bodies: unknown[] = [];
    await start((it) => {
      it.action('answer_galactic', async ({ ack, body, client }) => {
        await ack();
        bodies.push(body);
        if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
        const text = `Galactic, says <@${body.user.id}>`;
        await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text });
      });
    });
    const ts = await postCard();
    const result = await sandbox.act.click({ user: 'U0VERA', ts, actionId: 'answer_galactic' });
    expect(result).toMatchObject({ outcome: 'acknowledged' });
    expect(result.ms).toBeLessThan(1_000);
    await until(() => sandbox.messages()[0]?.text.startsWith('Galactic') === true, 'the update');
    expect(bodies).toMatchObject([
      {
        type: 'block_actions',
        user: { id: 'U0VERA', username: 'vera', team_id: 'T0SANDBOX' },
        container: { type: 'message', message_ts: ts, channel_id: sandbox.channel, is_ephemeral: false },
        channel: { id: sandbox.channel, name: 'finkvra' },
        message: { ts, user: 'U0FINKVRA', blocks: [{ type: 'section' }, { block_id: 'answers' }] },
        actions: [{ type: 'button', action_id: 'answer_galactic', block_id: 'answers', value: '1234' }],
      },
    ]);
    expect(sandbox.messages()).toMatchObject([
      { text: 'Galactic, says <@U0VERA>', blocks: [], metadata: { event_payload: { candid: '1234' } } },
    ]);
  });

  it('gets what was chosen from menus', async () => {
    const actions: unknown[] = [];
    await start((it) => {
      it.action(/answer_finer|menu/, async ({ ack, action }) => {
        await ack();
        actions.push(action);
      });
    });
    const ts = await postCard();
    await sandbox.act.select({ user: 'U0VERA', ts, actionId: 'answer_finer', value: 'agn' });
    await sandbox.act.select({ user: 'U0VERA', ts, actionId: 'menu', value: 'history' });
    expect(actions).toMatchObject([
      { type: 'static_select', selected_option: { value: 'agn', text: { text: 'agn' } } },
      { type: 'overflow', selected_option: { value: 'history' } },
    ]);
    const missing = sandbox.act.select({ user: 'U0VERA', ts, actionId: 'menu', value: 'nothing' });
    await expect(missing).rejects.toThrow('"menu" has no option "nothing"');
  });

  it('lets nobody press a button that is not there, but a slow page may press one that just went', async () => {
    let clicks = 0;
    await start((it) => {
      it.action('answer_galactic', async ({ ack }) => {
        await ack();
        clicks += 1;
      });
    });
    const ts = await postCard();
    await app.client.chat.update({ channel: sandbox.channel, ts, text: 'answered' });
    const click = { user: 'U0VERA', ts, actionId: 'answer_galactic' };
    await expect(sandbox.act.click(click)).rejects.toThrow(`message ${ts} shows no element`);
    expect((await sandbox.act.click({ ...click, stale: true })).outcome).toBe('acknowledged');
    expect(clicks).toBe(1);
  });

  it('answers commands privately, at once or by response_url up to five times', async () => {
    const late: unknown[] = [];
    await start((it) => {
      it.command('/finkvra', async ({ ack, command, respond }) => {
        await ack(
          command.text === '' ? undefined : `You asked for ${command.text} in ${command.channel_name}`,
        );
        if (command.text !== 'export') return;
        for (let use = 0; use < 6; use += 1)
          await respond({ text: `part ${use}` }).catch((error: unknown) => late.push(error));
      });
    });
    const status = await sandbox.act.command({ user: 'U0VERA', command: '/finkvra', text: 'status' });
    expect(status.response).toMatchObject({ text: 'You asked for status in finkvra' });
    await sandbox.act.command({ user: 'U0CECILIA', command: '/finkvra', text: 'export' });
    await until(() => late.length > 0, 'the sixth use');
    expect(sandbox.ephemerals('U0VERA').map(({ text }) => text)).toEqual(['You asked for status in finkvra']);
    expect(sandbox.ephemerals('U0CECILIA').map(({ text }) => text)).toEqual([
      'You asked for export in finkvra',
      ...[0, 1, 2, 3, 4].map((part) => `part ${part}`),
    ]);
    expect(late).toMatchObject([{ statusCode: 404 }]);
    await sandbox.act.command({ user: 'U0VERA', command: '/finkbra', text: '' });
    expect(sandbox.ephemerals('U0VERA').at(-1)?.text).toBe('/finkbra is not a valid command.');
    expect(sandbox.messages()).toEqual([]);
  });

  it('replaces and deletes the clicked message by its response_url, until the address expires', async () => {
    const failures: unknown[] = [];
    await start((it) => {
      it.action('answer_galactic', async ({ ack, respond }) => {
        await ack();
        await respond({ replace_original: true, text: 'replaced', blocks: card('1234') }).catch(
          (error: unknown) => failures.push(error),
        );
      });
      it.action('menu', async ({ ack, respond }) => {
        await ack();
        await respond({ delete_original: true });
      });
    });
    const ts = await postCard();
    await sandbox.act.click({ user: 'U0VERA', ts, actionId: 'answer_galactic' });
    await until(() => sandbox.messages()[0]?.text === 'replaced', 'the replacement');
    await sandbox.act.select({ user: 'U0VERA', ts, actionId: 'menu', value: 'why' });
    await until(() => sandbox.messages().length === 0, 'the deletion');
    const other = await postCard();
    const slow = sandbox.act.click({ user: 'U0VERA', ts: other, actionId: 'answer_galactic' });
    await sandbox.faults.expireResponseUrls();
    await slow;
    await until(() => failures.length === 1, 'the expired address');
    expect(failures).toMatchObject([{ statusCode: 404 }]);
  });

  it('opens a modal once per trigger, and only within 3 seconds', async () => {
    const errors: unknown[] = [];
    let lateTrigger = '';
    await start((it) => {
      it.action('answer_galactic', async ({ ack, body, client }) => {
        await ack();
        if (body.type !== 'block_actions') return;
        const open = (trigger_id: string) =>
          client.views.open({ trigger_id, view: modal }).catch((error) => errors.push(error.data.error));
        lateTrigger = body.trigger_id;
        await open(body.trigger_id);
        await open(body.trigger_id);
        await open('made-up');
      });
    });
    const ts = await postCard();
    await sandbox.act.click({ user: 'U0VERA', ts, actionId: 'answer_galactic' });
    await until(() => errors.length === 2, 'both refusals');
    expect(errors).toEqual(['exchanged_trigger_id', 'invalid_trigger_id']);
    expect(sandbox.modals('U0VERA')).toMatchObject([{ callback_id: 'relabel', private_metadata: '1234' }]);
    expect(sandbox.modals('U0CECILIA')).toEqual([]);
    await sandbox.faults.expireTriggers();
    await expect(app.client.views.open({ trigger_id: lateTrigger, view: modal })).rejects.toMatchObject({
      data: { error: 'expired_trigger_id' },
    });
  });

  describe('with a modal open', () => {
    const submissions: JsonObject[] = [];
    const closed: unknown[] = [];
    let answer: ViewResponseAction | undefined;

    beforeEach(async () => {
      submissions.length = 0;
      closed.length = 0;
      answer = undefined;
      await start((it) => {
        it.command('/finkvra', async ({ ack, body, client }) => {
          await ack();
          await client.views.open({ trigger_id: body.trigger_id, view: modal });
        });
        it.view({ callback_id: 'relabel', type: 'view_submission' }, async ({ ack, view }) => {
          submissions.push({ ...view.state.values });
          await (answer === undefined ? ack() : ack(answer));
        });
        it.view({ callback_id: 'relabel', type: 'view_closed' }, async ({ ack, view }) => {
          await ack();
          closed.push(view.private_metadata);
        });
      });
      await sandbox.act.command({ user: 'U0VERA', command: '/finkvra', text: 'relabel' });
      await until(() => sandbox.modals('U0VERA').length === 1, 'the modal');
    });

    it('sends what was filled in, and closes', async () => {
      await sandbox.act.submit({ user: 'U0VERA', values: { choice: 'agn', text: 'broad lines' } });
      expect(submissions).toMatchObject([
        {
          label: { choice: { type: 'static_select', selected_option: { value: 'agn' } } },
          why: { text: { type: 'plain_text_input', value: 'broad lines' } },
        },
      ]);
      expect(sandbox.modals('U0VERA')).toEqual([]);
    });

    it('does not submit what is missing or too long', async () => {
      const result = await sandbox.act.submit({ user: 'U0VERA', values: { text: 'x'.repeat(21) } });
      expect(result.errors).toEqual({
        label: 'Please complete this required field.',
        why: 'Must be at most 20 characters.',
      });
      expect(submissions).toEqual([]);
    });

    it('shows the app’s errors and stays open', async () => {
      answer = { response_action: 'errors', errors: { why: 'Say more.' } };
      const result = await sandbox.act.submit({ user: 'U0VERA', values: { choice: 'agn' } });
      expect(result.errors).toEqual({ why: 'Say more.' });
      expect(sandbox.modals('U0VERA')).toHaveLength(1);
    });

    it('lets the app replace the modal, put another on top, or close all', async () => {
      const other = (title: string) => ({
        type: 'modal' as const,
        callback_id: 'relabel',
        title: plain(title),
        blocks: [],
      });
      const titles = () => sandbox.modals('U0VERA').map((view) => Object(view.title).text);
      answer = { response_action: 'update', view: other('Saved') };
      await sandbox.act.submit({ user: 'U0VERA', values: { choice: 'agn' } });
      expect(titles()).toEqual(['Saved']);
      answer = { response_action: 'push', view: other('Sure?') };
      await sandbox.act.submit({ user: 'U0VERA' });
      expect(titles()).toEqual(['Saved', 'Sure?']);
      answer = { response_action: 'clear' };
      await sandbox.act.submit({ user: 'U0VERA' });
      expect(titles()).toEqual([]);
    });

    it('tells the app that somebody closed it', async () => {
      await sandbox.act.closeView({ user: 'U0VERA' });
      expect(closed).toEqual(['1234']);
      expect(sandbox.modals('U0VERA')).toEqual([]);
    });
  });

  it('publishes a Home tab for the person who opens it, and hears its buttons', async () => {
    const heard: unknown[] = [];
    await start((it) => {
      it.event('app_home_opened', async ({ event, client }) => {
        const text = { type: 'mrkdwn' as const, text: `For <@${event.user}>` };
        const button = { type: 'button' as const, action_id: 'refresh', text: plain('Refresh') };
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [{ type: 'section', text, accessory: button }] },
        });
      });
      it.action('refresh', async ({ ack, body }) => {
        await ack();
        heard.push(body.type === 'block_actions' ? body.view?.type : null);
      });
    });
    await sandbox.act.openHome({ user: 'U0CECILIA' });
    await until(() => sandbox.home('U0CECILIA') !== undefined, 'the Home tab');
    expect(sandbox.home('U0CECILIA')).toMatchObject({ blocks: [{ text: { text: 'For <@U0CECILIA>' } }] });
    expect(sandbox.home('U0VERA')).toBeUndefined();
    await sandbox.act.click({ user: 'U0CECILIA', view: 'home', actionId: 'refresh' });
    expect(heard).toEqual(['home']);
  });

  it('answers the rest of a round from the truth, as the three people in turn', async () => {
    await sandbox.stop();
    sandbox = await startSandbox({
      port: 0,
      databasePath: ':memory:',
      truth: ({ event_payload }) => (event_payload.round === undefined ? null : 'answer_galactic'),
    });
    const answers: string[] = [];
    await start((it) => {
      it.action('answer_galactic', async ({ ack, body, client, action }) => {
        await ack();
        if (body.type !== 'block_actions' || body.message === undefined || action.type !== 'button') return;
        answers.push(`${action.value} ${body.user.id}`);
        await client.chat.update({ channel: sandbox.channel, ts: body.message.ts, text: 'answered' });
        // The third answer ends the round; the next one is posted at once and must be left alone.
        if (answers.length === 3)
          await client.chat.postMessage({
            channel: sandbox.channel,
            text: 'next',
            blocks: card('4'),
            metadata: { event_type: 'candidate', event_payload: { candid: '4', round: 2 } },
          });
      });
    });
    for (const candid of ['1', '2', '3']) await postCard(candid);
    await app.client.chat.postMessage({ channel: sandbox.channel, text: 'real', blocks: card('9') });
    expect(await sandbox.act.answerRest({ pauseMs: 1 })).toEqual({ clicked: 3 });
    expect(answers).toEqual(['1 U0VERA', '2 U0CHANDRA', '3 U0CECILIA']);
  });
});
