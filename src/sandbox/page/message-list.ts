import { type ReactElement, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { StoredMessage } from '../workspace/types.ts';
import { isOpenCard } from './cards.ts';
import { dayName, sameDay } from './format-time.ts';
import { h } from './h.ts';
import { MessageItem } from './message-item.ts';
import { usePage } from './page-context.ts';

/** Messages by the same author within this many seconds stand under one head. */
const groupSeconds = 300;
const nearBottom = 90;

/** A channel's messages, oldest first, with a divider above each day. */
export const MessageList = ({
  messages,
  replyCounts,
  hasOlder,
  loadOlder,
  label,
}: {
  messages: readonly StoredMessage[];
  replyCounts: ReadonlyMap<string, number>;
  hasOlder: boolean;
  loadOlder: () => void;
  label: string;
}): ReactElement => {
  const { focused } = usePage();
  const { scroller, unseen, jump, onScroll } = useFollowing(messages);
  return h(
    'div',
    { className: 'message-list-frame' },
    h(
      'div',
      { className: 'message-list', ref: scroller, onScroll, role: 'log', 'aria-label': label, tabIndex: -1 },
      hasOlder
        ? h(
            'button',
            { type: 'button', className: 'button default older', onClick: loadOlder },
            'Load earlier messages',
          )
        : null,
      messages.length === 0 ? h('p', { className: 'empty' }, 'Nothing here yet.') : null,
      messages.map((message, index) => {
        const before = messages[index - 1];
        const newDay = before === undefined || !sameDay(before.ts, message.ts);
        return h(
          'div',
          { key: `${message.channel}/${message.ts}`, className: 'row' },
          newDay
            ? h('div', { className: 'day', role: 'separator' }, h('span', null, dayName(message.ts)))
            : null,
          h(MessageItem, {
            message,
            compact: !newDay && continues(before, message),
            replies: replyCounts.get(message.ts) ?? 0,
            focused: focused === message.ts,
          }),
        );
      }),
    ),
    unseen > 0
      ? h(
          'button',
          { type: 'button', className: 'jump', onClick: jump },
          `↓ ${unseen} new ${unseen === 1 ? 'message' : 'messages'}`,
        )
      : null,
  );
};

const continues = (before: StoredMessage | undefined, message: StoredMessage): boolean =>
  before !== undefined &&
  before.user === message.user &&
  before.ephemeral_to === undefined &&
  message.ephemeral_to === undefined &&
  Number(message.ts) - Number(before.ts) < groupSeconds;

/**
 * Keeps the newest messages in sight for somebody who reads at the end of the list. Where cards wait for an
 * answer it stops at the first of them, so that a new round begins at its beginning.
 */
const useFollowing = (messages: readonly StoredMessage[]) => {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [unseen, setUnseen] = useState(0);
  const known = useRef<string | undefined>(undefined);
  const last = messages.at(-1)?.ts;
  const firstOpen = useMemo(() => messages.find(isOpenCard)?.ts, [messages]);

  const follow = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const target = firstOpen === undefined ? null : rowBefore(element, firstOpen);
    const end = element.scrollHeight - element.clientHeight;
    element.scrollTop = target === null ? end : Math.min(end, target.offsetTop - 8);
  };

  useLayoutEffect(() => {
    if (last === undefined || (known.current !== undefined && last <= known.current)) return;
    const added = messages.filter(({ ts }) => known.current !== undefined && ts > known.current).length;
    known.current = last;
    if (following.current) follow();
    else setUnseen((count) => count + added);
  });

  // Pictures that arrive later make the list longer.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onLoad = (): void => {
      if (following.current) follow();
    };
    element.addEventListener('load', onLoad, true);
    return () => element.removeEventListener('load', onLoad, true);
  });

  return {
    scroller,
    unseen,
    jump: () => {
      following.current = true;
      setUnseen(0);
      follow();
    },
    onScroll: () => {
      const element = scroller.current;
      if (element === null) return;
      const left = element.scrollHeight - element.clientHeight - element.scrollTop;
      const target = firstOpen === undefined ? null : rowBefore(element, firstOpen);
      const atFirstOpen = target !== null && Math.abs(element.scrollTop - target.offsetTop + 8) < 4;
      following.current = left < nearBottom || atFirstOpen;
      if (left < nearBottom) setUnseen(0);
    },
  };
};

/** The row of a card, or of the round's header where that stands right above it. */
const rowBefore = (list: HTMLElement, ts: string): HTMLElement | null => {
  const row = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`)?.parentElement;
  if (!(row instanceof HTMLElement)) return null;
  const above = row.previousElementSibling;
  const isHeader = above instanceof HTMLElement && above.querySelector('[data-answers]') === null;
  return isHeader && above.offsetHeight < list.clientHeight / 2 ? above : row;
};
