import { useCallback, useEffect, useRef, useState } from 'react';

type Theme = 'light' | 'dark';

const STORED = 'finkvra-sandbox-theme';

/** Light or dark: the system's choice, until the user chooses. */
export const useTheme = (): [Theme, () => void] => {
  const [chosen, setChosen] = useState<string | null>(() => localStorage.getItem(STORED));
  const [system, setSystem] = useState<Theme>(() => (prefersDark().matches ? 'dark' : 'light'));
  useEffect(() => {
    const query = prefersDark();
    const onChange = (): void => setSystem(query.matches ? 'dark' : 'light');
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  const theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark';
      localStorage.setItem(STORED, next);
      setChosen(next);
    },
  ];
};

const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

const TOAST_MS = 5_000;

/** A sentence shown for some seconds, with a function to show one. */
export const useToast = (): [string | null, (text: string) => void] => {
  const [toast, setToast] = useState<string | null>(null);
  useEffect(() => {
    if (toast === null) return;
    const timer = window.setTimeout(() => setToast(null), TOAST_MS);
    return () => window.clearTimeout(timer);
  }, [toast]);
  return [toast, useCallback((text: string) => setToast(text), [])];
};

/** Calls the handler of a key pressed outside of fields and dialogs. */
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
