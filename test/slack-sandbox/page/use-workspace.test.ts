import type { StoredMessage } from 'slack-sandbox';
import { describe, expect, it } from 'vitest';
import { type Model, reduceLive } from '../../../packages/slack-sandbox/src/page/use-workspace.ts';

const message = (ts: string): StoredMessage => ({
  channel: 'C1',
  ts,
  user: 'U1',
  text: ts,
  blocks: [],
  files: [],
});
const model = (messages: readonly StoredMessage[]): Model => ({
  workspace: {
    name: 'a',
    banner: null,
    channel: { id: 'C1', name: 'c' },
    app: { userId: 'U0', name: 'App' },
    users: [],
    commands: [],
  },
  user: 'U1',
  messages,
  notices: [],
  hasOlder: true,
  home: null,
  modals: [],
  status: {
    connections: 2,
    openCards: 1,
    answering: { clicked: 1, left: 3 },
    faults: {
      calls: [],
      tokens: { bot: null, app: null },
      socketMode: true,
      duplicateEnvelopes: 0,
      refuseUploads: false,
      refuseBlockTypes: [],
    },
  },
});
const state = (messages: readonly StoredMessage[]) => {
  const { notices: _, ...rest } = model(messages);
  return { type: 'state' as const, ...rest };
};

describe('what the page knows', () => {
  it('says of no app that it is connected while it hears nothing of the workspace', () => {
    const before = { connected: true, model: model([message('1.0')]) };
    const lost = reduceLive(before, { type: 'connection', connected: false });
    expect(lost.connected).toBe(false);
    expect(lost.model?.status).toMatchObject({ connections: 0, answering: null });
    expect(lost.model?.messages).toHaveLength(1);
    const again = reduceLive(lost, state([message('1.0')]));
    expect([again.connected, again.model?.status.connections]).toEqual([true, 2]);
  });

  it('keeps the earlier messages that somebody loaded when the connection comes back', () => {
    const before = { connected: false, model: model([message('1.0'), message('2.0'), message('3.0')]) };
    const { model: after } = reduceLive(before, state([message('2.0'), message('3.0')]));
    expect(after?.messages.map(({ ts }) => ts)).toEqual(['1.0', '2.0', '3.0']);
  });

  it('puts a late message where its time says, and replaces one that changed', () => {
    let live = { connected: true, model: model([message('1.0'), message('3.0')]) as Model | null };
    live = reduceLive(live, { type: 'message', message: message('2.0') });
    live = reduceLive(live, { type: 'message', message: { ...message('3.0'), text: 'changed' } });
    expect(live.model?.messages.map(({ text }) => text)).toEqual(['1.0', '2.0', 'changed']);
  });
});
