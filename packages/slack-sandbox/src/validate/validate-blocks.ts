import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from './limits.ts';
import {
  type BlockProblem,
  checkArray,
  checkString,
  checkText,
  eachObject,
  type Findings,
  startFindings,
} from './problems.ts';
import { checkChart } from './validate-chart.ts';
import { checkElement, checkImageSource } from './validate-elements.ts';

export type { BlockProblem } from './problems.ts';

/** Where blocks are shown: decides their number and types. */
export type Surface = 'message' | 'modal' | 'home';

/**
 * Every rule of Slack's that these blocks break, in document order; empty where Slack would take them.
 * Pure: it knows no files (whether a `slack_file` exists) and no workspace.
 *
 * @example
 * validateBlocks([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]);
 * // [{ pointer: '/blocks/0/text/text', message: 'must be less than 151 characters' }]
 */
export const validateBlocks = (
  blocks: unknown,
  surface: Surface = 'message',
  pointer = '/blocks',
): BlockProblem[] => {
  const found = startFindings();
  const max = surface === 'message' ? limits.messageBlocks : limits.viewBlocks;
  const items = checkArray(found, blocks, pointer, { max, min: 0 });
  const blockIds = new Set<string>();
  eachObject(found, items, pointer, (block, here) => {
    checkBlockId(found, block, here, blockIds);
    checkBlock(found, block, here, surface);
  });
  const charts = objectsOf(blocks).filter((block) => block.type === 'data_visualization');
  if (charts.length > limits.chartsPerMessage)
    found.report(pointer, `no more than ${limits.chartsPerMessage} data_visualization blocks allowed`);
  return found.problems;
};

/**
 * Characters that count towards Slack's undocumented limit of about 13,200 per message (`msg_blocks_too_long`):
 * visible text (texts, titles, labels) and link addresses.
 */
export const countBlockCharacters = (blocks: unknown): number => {
  if (Array.isArray(blocks)) return blocks.reduce((sum: number, item) => sum + countBlockCharacters(item), 0);
  if (!isObject(blocks)) return 0;
  return Object.entries(blocks).reduce((sum, [key, value]) => {
    if (typeof value === 'string') return COUNTED_KEYS.has(key) ? sum + value.length : sum;
    return sum + countBlockCharacters(value);
  }, 0);
};

const COUNTED_KEYS = new Set(['text', 'alt_text', 'title', 'label', 'name', 'url', 'image_url']);

const checkBlockId = (found: Findings, block: JsonObject, pointer: string, seen: Set<string>): void => {
  const id = block.block_id;
  checkString(found, id, `${pointer}/block_id`, { max: limits.blockId, optional: true });
  if (typeof id !== 'string') return;
  if (seen.has(id)) found.report(`${pointer}/block_id`, `\`block_id\` "${id}" already exists`);
  seen.add(id);
};

type BlockCheck = (found: Findings, block: JsonObject, pointer: string, surface: Surface) => void;

const checkBlock: BlockCheck = (found, block, pointer, surface) => {
  const check = typeof block.type === 'string' ? blockChecks.get(block.type) : undefined;
  if (check === undefined) found.report(`${pointer}/type`, `unsupported type: ${String(block.type)}`);
  else check(found, block, pointer, surface);
};

const checkSection: BlockCheck = (found, block, pointer) => {
  if (block.expand !== undefined && typeof block.expand !== 'boolean')
    found.report(`${pointer}/expand`, 'must be a boolean');
  if (block.text === undefined && block.fields === undefined)
    found.report(pointer, 'must define either `text` or `fields`');
  checkText(found, block.text, `${pointer}/text`, { max: limits.sectionText, optional: true });
  if (block.fields !== undefined) {
    const fields = checkArray(found, block.fields, `${pointer}/fields`, { max: limits.sectionFields });
    for (const [index, field] of fields.entries())
      checkText(found, field, `${pointer}/fields/${index}`, { max: limits.sectionField });
  }
  if (block.accessory === undefined) return;
  if (isObject(block.accessory))
    checkElement(found, block.accessory, `${pointer}/accessory`, 'accessory', new Set());
  else found.report(`${pointer}/accessory`, 'must be an object');
};

const checkActions: BlockCheck = (found, block, pointer) => {
  const seen = new Set<string>();
  const elements = checkArray(found, block.elements, `${pointer}/elements`, { max: limits.actionsElements });
  eachObject(found, elements, `${pointer}/elements`, (element, here) =>
    checkElement(found, element, here, 'actions', seen),
  );
};

const checkContext: BlockCheck = (found, block, pointer) => {
  const elements = checkArray(found, block.elements, `${pointer}/elements`, { max: limits.contextElements });
  eachObject(found, elements, `${pointer}/elements`, (element, here) => {
    if (element.type === 'image') checkImageSource(found, element, here);
    else checkText(found, element, here, { max: limits.contextText });
  });
};

const checkImage: BlockCheck = (found, block, pointer) => {
  checkImageSource(found, block, pointer);
  checkText(found, block.title, `${pointer}/title`, {
    max: limits.imageTitle,
    plain: true,
    optional: true,
  });
};

const checkInput: BlockCheck = (found, block, pointer) => {
  checkText(found, block.label, `${pointer}/label`, { max: limits.label, plain: true });
  checkText(found, block.hint, `${pointer}/hint`, { max: limits.label, plain: true, optional: true });
  if (isObject(block.element)) checkElement(found, block.element, `${pointer}/element`, 'input', new Set());
  else found.report(`${pointer}/element`, 'missing required field');
};

const checkTable: BlockCheck = (found, block, pointer) => {
  const rows = checkArray(found, block.rows, `${pointer}/rows`, { max: limits.tableRows });
  for (const [index, row] of rows.entries()) {
    const here = `${pointer}/rows/${index}`;
    eachObject(found, checkArray(found, row, here, { max: limits.tableColumns }), here, (cell, place) => {
      if (cell.type !== 'raw_text' && cell.type !== 'raw_number' && cell.type !== 'rich_text')
        found.report(`${place}/type`, `unsupported type: ${String(cell.type)}`);
    });
  }
};

const messageOnly =
  (check: BlockCheck): BlockCheck =>
  (found, block, pointer, surface) =>
    surface === 'message'
      ? check(found, block, pointer, surface)
      : found.report(`${pointer}/type`, `unsupported type: ${String(block.type)}`);

/** One entry per block type; other types are refused, as in Slack. */
const blockChecks: ReadonlyMap<string, BlockCheck> = new Map<string, BlockCheck>([
  ['section', checkSection],
  ['actions', checkActions],
  ['context', checkContext],
  ['image', checkImage],
  ['input', checkInput],
  ['divider', () => undefined],
  [
    'header',
    (found, block, pointer) =>
      checkText(found, block.text, `${pointer}/text`, { max: limits.headerText, plain: true }),
  ],
  [
    'markdown',
    messageOnly((found, block, pointer) =>
      checkString(found, block.text, `${pointer}/text`, { max: limits.markdownText, min: 1 }),
    ),
  ],
  [
    'rich_text',
    (found, block, pointer) => {
      checkArray(found, block.elements, `${pointer}/elements`, { max: Number.POSITIVE_INFINITY });
    },
  ],
  [
    'context_actions',
    messageOnly((found, block, pointer) => {
      const seen = new Set<string>();
      const max = limits.contextActionsElements;
      const elements = checkArray(found, block.elements, `${pointer}/elements`, { max });
      eachObject(found, elements, `${pointer}/elements`, (element, here) =>
        checkElement(found, element, here, 'context_actions', seen),
      );
    }),
  ],
  ['table', messageOnly(checkTable)],
  ['data_visualization', messageOnly(checkChart)],
]);
