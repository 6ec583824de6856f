import { useCallback, useEffect, useState } from 'react';

const toastMs = 5_000;

/** A sentence shown for some seconds, and the function that shows one. */
export const useToast = (): [string | null, (text: string) => void] => {
  const [toast, setToast] = useState<string | null>(null);
  useEffect(() => {
    if (toast === null) return;
    const timer = window.setTimeout(() => setToast(null), toastMs);
    return () => window.clearTimeout(timer);
  }, [toast]);
  return [toast, useCallback((text: string) => setToast(text), [])];
};
