import { FEATURE_COLUMNS, FEATURE_SETS } from './feature-table.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** docs/features.md: every column with its unit, meaning, source, when it is missing, and the sets that it is in. */
export const featureDocs = (): string =>
  [
    '# The features',
    '',
    'Made from the table in `src/pipeline/features` by `node bin/finkvra-node.mjs scripts/write-feature-docs.ts`. `FEATURES`',
    'chooses a set; what each is worth is in [learning.md](learning.md). Missing values are null in the store, empty in CSV',
    'and NaN in a matrix; the forests learn at each split where they go.',
    '',
    `| column | unit | meaning | from | missing | ${FEATURE_SETS.join(' | ')} |`,
    `|---|---|---|---|---|${FEATURE_SETS.map(() => '---|').join('')}`,
    ...FEATURE_COLUMNS.map(({ name, unit, meaning, source, missing, sets }) => {
      const inSets = FEATURE_SETS.map((set) => (sets.some((one) => one === set) ? 'x' : ''));
      return `| ${[`\`${name}\``, unit, meaning, source, missing, ...inSets].map(cell).join(' | ')} |`;
    }),
    '',
  ].join('\n');
