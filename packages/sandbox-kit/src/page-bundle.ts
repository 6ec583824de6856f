import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sendText } from './requests.ts';

/** A page's three files. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** Content policy: scripts, styles, pictures, frames and connections of this server only. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Bundles a folder's app.ts, style.css and index.html in memory; about 200 ms, mostly in esbuild's process. */
const bundlePage = async (folder: string, firstStyle: () => Promise<string>): Promise<PageFiles> => {
  const { build } = await import('esbuild');
  const [bundle, before, html] = await Promise.all([
    build({
      entryPoints: [join(folder, 'app.ts'), join(folder, 'style.css')],
      outdir: folder,
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
      legalComments: 'eof',
      logLevel: 'silent',
    }),
    firstStyle(),
    readFile(join(folder, 'index.html'), 'utf8'),
  ]);
  const output = (ending: string): string =>
    bundle.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { html, script: output('.js'), style: `${before}${output('.css')}` };
};

/**
 * Builds the page at its first request; after a failure the next request tries again. `firstStyle` precedes the
 * page's own style.
 */
export const lazyPage = (
  folder: string,
  firstStyle: () => Promise<string> = async () => '',
): (() => Promise<PageFiles>) => {
  let loading: Promise<PageFiles> | undefined;
  return () => {
    loading ??= bundlePage(folder, firstStyle).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
};

/** Answers `/`, `/page/main.js` and `/page/style.css`. */
export const sendPage = async (
  path: string,
  response: ServerResponse,
  page: () => Promise<PageFiles>,
): Promise<void> => {
  const headers = { 'content-security-policy': contentPolicy, 'cache-control': 'no-cache' };
  const { html, script, style } = await page();
  if (path === '/') sendText(response, 200, 'text/html; charset=utf-8', html, headers);
  else if (path === '/page/main.js')
    sendText(response, 200, 'text/javascript; charset=utf-8', script, headers);
  else if (path === '/page/style.css') sendText(response, 200, 'text/css; charset=utf-8', style, headers);
  else sendText(response, 404, 'text/plain', 'There is nothing at this address.\n');
};
