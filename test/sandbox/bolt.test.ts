import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { startBoltApp, until } from './bolt-app.ts';

const card = (candid: string) => [
  { type: 'section', text: { type: 'mrkdwn', text: `*${candid}*` } },
  {
    type: 'actions',
    block_id: `answers-${candid}`,
    elements: [
      {
        type: 'button',
        action_id: 'answer_galactic',
        value: candid,
        text: { type: 'plain_text', text: 'Galactic' },
      },
      {
        type: 'static_select',
        action_id: 'answer_finer',
        placeholder: { type: 'plain_text', text: 'More' },
        options: [{ text: { type: 'plain_text', text: 'AGN' }, value: 'agn' }],
      },
    ],
  },
];

describe('a Bolt app in the sandbox', () => {
  let sandbox: Sandbox;
  let stopApp: () => Promise<void> = async () => undefined;
  const start = async (register: (app: App) => void): Promise<App> => {
    const { app, stop } = await startBoltApp(sandbox, register);
    stopApp = stop;
    return app;
  };

  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  });
  afterEach(async () => {
    await stopApp();
    await sandbox.stop();
  });

  it('posts a card, gets the click with everything in it, and updates the card', async () => {
    const clicks: unknown[] = [];
    const app = await start((it) => {
      it.action('answer_galactic', async ({ ack, body, client, action }) => {
        await ack();
        clicks.push(action);
        if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
        await client.chat.update({
          channel: body.channel.id,
          ts: body.message.ts,
          text: `Galactic, says <@${body.user.id}>`,
          blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `Galactic, says <@${body.user.id}>` } }],
        });
      });
    });
    const posted = await app.client.chat.postMessage({
      channel: sandbox.channel,
      text: 'ZTF20abc',
      blocks: card('1234'),
      metadata: { event_type: 'candidate', event_payload: { candid: '1234', round: 1 } },
    });
    const result = await sandbox.act.click({ user: 'U0VERA', ts: String(posted.ts), actionId: 'answer_galactic' });
    expect(result.outcome).toBe('acknowledged');
    await until(() => sandbox.messages()[0]?.text.startsWith('Galactic') === true, 'the update');
    expect(clicks).toMatchObject([{ type: 'button', value: '1234', block_id: 'answers-1234' }]);
    expect(sandbox.messages()).toMatchObject([
      { text: 'Galactic, says <@U0VERA>', metadata: { event_payload: { candid: '1234' } } },
    ]);
  });
});
