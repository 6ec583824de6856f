import { useEffect, useRef } from 'react';

/** Calls the handler of a key pressed anywhere but in a field or a dialog. */
export const useKeyboard = (handlers: ReadonlyMap<string, () => void>): void => {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const inField =
        event.target instanceof Element && event.target.matches('input, textarea, select, [role=menuitem]');
      if (document.querySelector('dialog[open]') !== null) return;
      if (inField) {
        if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
        return;
      }
      const handler = current.current.get(event.key);
      if (handler === undefined) return;
      event.preventDefault();
      handler();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};
