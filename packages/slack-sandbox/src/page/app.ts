import { createElement as h, type ReactElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.ts';
import { useWorkspace } from './use-workspace.ts';

const STORED_USER = 'finkvra-sandbox-user';

/** The whole page. */
export const App = (): ReactElement => {
  const [user, setUser] = useState(() => sessionStorage.getItem(STORED_USER) ?? 'U0VERA');
  const [{ model, connected }, dispatch] = useWorkspace(user);
  if (model === null)
    return h(
      'div',
      { className: 'loading', role: 'status' },
      connected ? 'Opening the workspace…' : 'The sandbox cannot be reached. Trying again…',
    );
  return h(Page, {
    model,
    connected,
    dispatch,
    switchUser: (next: string) => {
      sessionStorage.setItem(STORED_USER, next);
      setUser(next);
    },
  });
};

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(h(App));
