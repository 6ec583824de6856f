import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { StoredMessage } from '../../workspace/types.ts';
import { usePage } from '../page-context.ts';
import { isOpenCard } from './cards.ts';

/** Distance from the end, in pixels, that still counts as the end. */
const NEAR_BOTTOM = 90;
/** Part of the list that may be above the first open card. */
const ROOM_ABOVE = 0.6;

/** What a list keeps in view: its end, its first open card (or end), or the current place. */
type Following = 'end' | 'open card' | 'nothing';

/**
 * Keeps the newest messages in view for a person at the end of the list. It stops at the first open card, so that
 * a new round shows from its beginning; after a command it goes to the very end, to the answer.
 */
export const useFollowing = (
  messages: readonly StoredMessage[],
): {
  scroller: RefObject<HTMLDivElement | null>;
  /** Messages that arrived while the person was reading elsewhere. */
  unseen: readonly StoredMessage[];
  jump: () => void;
  onScroll: () => void;
} => {
  const { newestWanted } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef<Following>('open card');
  const known = useRef<string | undefined>(undefined);
  const endShown = useRef(newestWanted);
  const [unseen, setUnseen] = useState<readonly StoredMessage[]>([]);
  const last = messages.at(-1)?.ts;
  const firstOpen = useMemo(() => messages.find(isOpenCard)?.ts, [messages]);

  const follow = (): void => {
    const element = scroller.current;
    if (element === null || following.current === 'nothing') return;
    const end = element.scrollHeight - element.clientHeight;
    const card = following.current === 'end' ? null : openCardTop(element, firstOpen);
    element.scrollTop = card === null ? end : Math.min(end, card);
  };
  const showEnd = (): void => {
    following.current = 'end';
    setUnseen([]);
    follow();
  };

  useLayoutEffect(() => {
    if (last === undefined || (known.current !== undefined && last <= known.current)) return;
    const added = messages.filter(({ ts }) => known.current !== undefined && ts > known.current);
    known.current = last;
    if (following.current === 'nothing') setUnseen((before) => [...before, ...added]);
    else follow();
  });

  useLayoutEffect(() => {
    if (newestWanted === endShown.current) return;
    endShown.current = newestWanted;
    showEnd();
  });

  // Pictures that load later make the list longer.
  useLayoutEffect(() => {
    const element = scroller.current;
    element?.addEventListener('load', follow, true);
    return () => element?.removeEventListener('load', follow, true);
  });

  return {
    scroller,
    unseen,
    jump: showEnd,
    onScroll: () => {
      const element = scroller.current;
      if (element === null) return;
      const left = element.scrollHeight - element.clientHeight - element.scrollTop;
      const card = openCardTop(element, firstOpen);
      if (left < NEAR_BOTTOM) {
        setUnseen([]);
        if (following.current === 'nothing') following.current = 'open card';
      } else if (card === null || Math.abs(element.scrollTop - card) > 4) following.current = 'nothing';
      else following.current = 'open card';
    },
  };
};

/** Scroll position that puts the first open card at the top. */
const openCardTop = (list: HTMLElement, ts: string | undefined): number | null => {
  const row = ts === undefined ? null : rowBefore(list, ts);
  return row === null ? null : row.offsetTop - 8;
};

/**
 * The row to start at for an open card: its own, or that of the message above it (header or last report), if the
 * card still fits.
 */
const rowBefore = (list: HTMLElement, ts: string): HTMLElement | null => {
  const card = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  let row = card?.parentElement;
  if (!(row instanceof HTMLElement) || !(card instanceof HTMLElement)) return null;
  const bottom = row.offsetTop;
  for (
    let above = row.previousElementSibling;
    above instanceof HTMLElement;
    above = above.previousElementSibling
  ) {
    const isCard = above.querySelector(`[data-kind="${CSS.escape(card.dataset.kind ?? '')}"]`) !== null;
    if (isCard || bottom - above.offsetTop > list.clientHeight * ROOM_ABOVE) break;
    row = above;
  }
  return row;
};
