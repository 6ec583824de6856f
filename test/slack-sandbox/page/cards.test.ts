import { describe, expect, it } from 'vitest';
import { actionOfKey, isCard, isOpenCard } from '../../../packages/slack-sandbox/src/page/messages/cards.ts';
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
  [...keys].map((key) => actionOfKey(key, message(actionIds)));

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

  it('take an answer back where a card has Undo, also once it is decided', () => {
    const decided = message(['undo_answer']);
    expect(actionOfKey('u', decided)).toBe('undo_answer');
    expect(actionOfKey('g', decided)).toBeUndefined();
    expect([isCard(decided), isOpenCard(decided)]).toEqual([true, false]);
    expect(isCard(message(['promote_model']))).toBe(false);
  });
});
