import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The page's three files. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

const folder = join(import.meta.dirname, '..', 'page');

/** Bundles the page in memory; some 200 ms, mostly in esbuild's own process. */
const bundlePage = async (): Promise<PageFiles> => {
  const { build } = await import('esbuild');
  const require = createRequire(import.meta.url);
  const [bundle, blocksStyle, html] = await Promise.all([
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
    readFile(require.resolve('slack-blocks-to-jsx/dist/style.css'), 'utf8'),
    readFile(join(folder, 'index.html'), 'utf8'),
  ]);
  const output = (ending: string): string =>
    bundle.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  // Every rule of the library is !important, against pages that know nothing of it; this one does.
  const style = `${blocksStyle.replaceAll('!important', '')}\n${output('.css')}`;
  return { html, script: output('.js'), style };
};

/** Loads the page once, when it is first asked for; a failure is tried again at the next request. */
export const lazyPage = (): (() => Promise<PageFiles>) => {
  let loading: Promise<PageFiles> | undefined;
  return () => {
    loading ??= bundlePage().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
};
