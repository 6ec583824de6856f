import { createRoot } from 'react-dom/client';
import { App } from './app.ts';
import { h } from './h.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(h(App));
