import { objectsOf } from 'sandbox-kit/json';
import { describe, expect, it } from 'vitest';
import { isCard, isOpenCard, pressOfKey } from '../../../packages/slack-sandbox/src/page/messages/cards.ts';
import type { StoredMessage } from '../../../packages/slack-sandbox/src/workspace/types.ts';

const message = (actionIds: readonly string[]): StoredMessage => ({
  channel: 'C1',
  ts: '1.0',
  user: 'U1',
  text: '',
  files: [],
  blocks: [
    {
      type: 'actions',
      block_id: 'card',
      elements: actionIds.map((id) => ({ type: 'button', action_id: id, value: '1' })),
    },
  ],
});

const pressed = (keys: string, actionIds: readonly string[]): (string | undefined)[] =>
  [...keys].map((key) => pressOfKey(key, message(actionIds).blocks)?.placed.actionId);

describe('the keys of a card', () => {
  it('press the first two answers, whatever is asked, and the others by their names', () => {
    expect(pressed('gns', ['answer_galactic', 'answer_not_galactic', 'answer_skip', 'finer_answer'])).toEqual(
      ['answer_galactic', 'answer_not_galactic', 'answer_skip'],
    );
    expect(pressed('gnsva', ['answer_unclear', 'answer_bogus', 'answer_skip', 'finer_answer'])).toEqual([
      'answer_unclear',
      'answer_bogus',
      'answer_skip',
      undefined,
      undefined,
    ]);
    const transient = [
      'answer_galactic',
      'answer_not_galactic',
      'answer_varstar',
      'answer_agn',
      'answer_skip',
    ];
    expect(pressed('gnvas', transient)).toEqual(transient);
  });

  it('give each answer its number: the buttons’, then the menu’s, and none to Skip', () => {
    const options = ['agn:1', 'bogus:1'].map((value) => ({
      value,
      text: { type: 'plain_text', text: value },
    }));
    const [actions] = message(['answer_galactic', 'answer_skip', 'answer_not_galactic']).blocks;
    const menu = { type: 'overflow', action_id: 'finer_answer', options };
    const blocks = [{ ...actions, elements: [...objectsOf(actions?.elements), menu] }];
    const did = [...'12345'].map((key) => {
      const press = pressOfKey(key, blocks);
      return press === undefined ? null : `${press.placed.actionId} ${press.choice ?? ''}`.trim();
    });
    expect(did).toEqual([
      'answer_galactic',
      'answer_not_galactic',
      'finer_answer agn:1',
      'finer_answer bogus:1',
      null,
    ]);
  });

  it('take an answer back where a card has Undo, also once it is decided', () => {
    const decided = message(['undo_answer']);
    expect(pressed('ug', ['undo_answer'])).toEqual(['undo_answer', undefined]);
    expect([isCard(decided), isOpenCard(decided)]).toEqual([true, false]);
    expect(isCard(message(['promote_model']))).toBe(false);
  });
});
