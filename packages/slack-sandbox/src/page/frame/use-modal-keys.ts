import { useEffect, useRef } from 'react';
import type { JsonObject } from 'sandbox-kit/json';
import type { OnAct } from '../blocks/element-parts.ts';
import { answerKeys, pressOfKey } from '../messages/cards.ts';

const IN_FIELD = 'input, textarea, select, [role=menuitem]';

/** Keys for a form's answer buttons, unless something covers it or the user types. */
export const useModalKeys = (blocks: readonly JsonObject[], onAct: OnAct): void => {
  const current = useRef({ blocks, onAct });
  current.current = { blocks, onAct };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (!answerKeys.includes(event.key)) return;
      if (event.target instanceof Element && event.target.matches(IN_FIELD)) return;
      const over = [...document.querySelectorAll('dialog[open]')].at(-1);
      if (over?.classList.contains('modal') !== true) return;
      const press = pressOfKey(event.key, current.current.blocks);
      if (press === undefined) return;
      event.preventDefault();
      void current.current.onAct(press.placed, press.choice);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};
