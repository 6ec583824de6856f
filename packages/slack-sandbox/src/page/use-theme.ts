import { useEffect, useState } from 'react';

type Theme = 'light' | 'dark';

const stored = 'finkvra-sandbox-theme';

/** Light or dark: as the system says, until somebody chooses. */
export const useTheme = (): [Theme, () => void] => {
  const [chosen, setChosen] = useState<string | null>(() => localStorage.getItem(stored));
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
      localStorage.setItem(stored, next);
      setChosen(next);
    },
  ];
};

const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');
