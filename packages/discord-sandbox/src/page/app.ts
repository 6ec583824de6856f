import { createElement as h, type ReactElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { PageState } from '../page-protocol.ts';
import { Page } from './page.ts';

const STORED_USER = 'discord-sandbox-user';

/** Pause before the next try to reach the sandbox, ms. */
const AGAIN_MS = 1_000;

/** Follows the server as one person, through restarts of the sandbox. */
const useServer = (user: string): { readonly state: PageState | null; readonly connected: boolean } => {
  const [state, setState] = useState<PageState | null>(null);
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: number | undefined;
    const connect = (): void => {
      source = new EventSource(`/sandbox/events?user=${encodeURIComponent(user)}`);
      source.onmessage = (event) => {
        setConnected(true);
        setState(JSON.parse(event.data));
      };
      source.onerror = () => {
        setConnected(false);
        source?.close();
        timer = window.setTimeout(connect, AGAIN_MS);
      };
    };
    connect();
    return () => {
      source?.close();
      window.clearTimeout(timer);
    };
  }, [user]);
  return { state, connected };
};

/** The whole page. Starts as the first person of the team. */
export const App = (): ReactElement => {
  const [user, setUser] = useState(() => sessionStorage.getItem(STORED_USER) ?? '');
  const { state, connected } = useServer(user);
  const first = state?.members.find(({ bot, inGuild }) => !bot && inGuild)?.id;
  useEffect(() => {
    if (first !== undefined && state?.members.every(({ id }) => id !== user)) setUser(first);
  }, [first, state, user]);
  if (state === null || state.user !== user || user === '')
    return h(
      'div',
      { className: 'loading', role: 'status' },
      connected ? 'Opening the server…' : 'The sandbox cannot be reached. Trying again…',
    );
  return h(Page, {
    state,
    connected,
    switchUser: (next) => {
      sessionStorage.setItem(STORED_USER, next);
      setUser(next);
    },
  });
};

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(h(App));
