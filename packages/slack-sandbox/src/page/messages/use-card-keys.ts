import { useCallback, useRef, useState } from 'react';
import { useKeyboard } from 'sandbox-kit/page/page-hooks';
import type { StoredMessage } from '../../workspace/types.ts';
import type { PageContext } from '../page-context.ts';
import { answerKeys, isCard, isOpenCard, pressOfKey } from './cards.ts';

/** j and k move between cards; the answers' keys answer the one in focus. */
export const useCardKeys = ({
  messages,
  actOn,
  tell,
  openThread,
  active,
}: {
  messages: readonly StoredMessage[];
  actOn: PageContext['actOn'];
  tell: (text: string) => void;
  openThread: (root: string) => void;
  active: boolean;
}): { focused: string | null; focus: (ts: string) => void } => {
  const [focused, setFocused] = useState<string | null>(null);
  const lastAnswered = useRef<string | null>(null);
  const cards = messages.filter(isCard);
  const reveal = ({ ts, thread_ts: root, reply_broadcast: inChannel }: StoredMessage): void => {
    setFocused(ts);
    if (root !== undefined && inChannel !== true) openThread(root);
    requestAnimationFrame(() => bringIntoView(document.querySelector(`[data-ts="${CSS.escape(ts)}"]`)));
  };
  const move = (step: 1 | -1): void => {
    const at = cards.findIndex(({ ts }) => ts === focused);
    const first = cards.find(isOpenCard) ?? cards.at(-1);
    const next = at === -1 ? first : cards[Math.min(cards.length - 1, Math.max(0, at + step))];
    if (next === undefined) tell('There is no card to answer.');
    else reveal(next);
  };
  const answer = (key: string): void => {
    const undoing = key === 'u';
    const at = cards.findIndex(({ ts }) => ts === focused);
    const here = cards[at];
    const lastOne = cards.find(({ ts }) => ts === lastAnswered.current);
    const card =
      [here, undoing ? lastOne : undefined].find(
        (candidate) => candidate !== undefined && pressOfKey(key, candidate.blocks) !== undefined,
      ) ?? undefined;
    const press = card === undefined ? undefined : pressOfKey(key, card.blocks);
    if (card === undefined || press === undefined) {
      tell(here === undefined ? 'Press j to go to the first card.' : 'This card has no such button.');
      return;
    }
    if (!undoing) lastAnswered.current = card.ts;
    void actOn(card, press.placed, press.choice);
    const next = undoing
      ? card
      : (cards.slice(at + 1).find(isOpenCard) ??
        cards.find((other) => other.ts !== card.ts && isOpenCard(other)));
    if (next !== undefined) reveal(next);
  };
  useKeyboard(
    active
      ? new Map<string, () => void>([
          ['j', () => move(1)],
          ['k', () => move(-1)],
          ...answerKeys.map((key): [string, () => void] => [key, () => answer(key)]),
        ])
      : new Map(),
  );
  return { focused, focus: useCallback((ts: string) => setFocused(ts), []) };
};

/** The whole card if it fits, else its lower part with the picture and the buttons. */
const bringIntoView = (card: Element | null): void => {
  const list = card?.closest('.message-list, .panel-content');
  if (card === null || list === null || list === undefined) return;
  card.scrollIntoView({ block: card.clientHeight > list.clientHeight ? 'end' : 'nearest' });
};
