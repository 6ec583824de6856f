import { createElement as h, memo, type ReactElement, useMemo } from 'react';
import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import { type MessageProps, Message as SlackBlocks } from 'slack-blocks-to-jsx';
import { displayBlock } from './display-text.ts';
import { type BlockContext, type OnAct, place } from './element-parts.ts';
import { formatSlackDate, fullTime } from './format-time.ts';
import { InputBlock } from './input-block.ts';
import { InteractiveElement } from './interactive-element.ts';

type RenderedBlock = MessageProps['blocks'][number];

/**
 * Blocks as Slack shows them. slack-blocks-to-jsx draws text, fields, pictures, tables and charts. Buttons, menus
 * and inputs are drawn here, so that they work, by keyboard too, and tests can find them.
 */
export const Blocks = memo(
  ({
    blocks,
    context,
    onAct,
    errors = {},
    placeholders = NONE,
  }: {
    blocks: readonly JsonObject[];
    context: BlockContext;
    onAct: OnAct;
    errors?: Readonly<Record<string, string>>;
    /** Files that people cannot see, because no posted message has shared them. */
    placeholders?: readonly string[];
  }): ReactElement =>
    h(
      'div',
      { className: 'blocks' },
      blocks.map((block, index) => {
        const key = String(block.block_id ?? index);
        if (block.type === 'actions') return h(Actions, { key, block, context, onAct });
        if (block.type === 'input') return h(InputBlock, { key, block, context, onAct, error: errors[key] });
        const { accessory, ...rest } = block;
        if (!isObject(accessory) || accessory.type === 'image')
          return h(StaticBlock, { key, block, context, placeholders });
        return h(
          'div',
          { key, className: 'with-accessory' },
          h(StaticBlock, { block: rest, context, placeholders }),
          h(InteractiveElement, { placed: place(accessory, block), context, onAct }),
        );
      }),
    ),
);

const Actions = ({
  block,
  context,
  onAct,
}: {
  block: JsonObject;
  context: BlockContext;
  onAct: OnAct;
}): ReactElement =>
  h(
    'div',
    { className: 'actions', role: 'group', 'aria-label': 'Actions' },
    objectsOf(block.elements).map((element) =>
      h(InteractiveElement, {
        key: String(element.action_id),
        placed: place(element, block),
        context,
        onAct,
      }),
    ),
  );

const NONE: readonly string[] = [];

interface StaticProps {
  readonly block: JsonObject;
  readonly context: BlockContext;
  readonly placeholders: readonly string[];
}

/** A block without interaction, drawn by slack-blocks-to-jsx. */
const StaticBlock = memo(({ block, context, placeholders }: StaticProps) => {
  const blocks = useMemo(
    () => [displayBlock(withFileAddresses(block, placeholders))].filter(isRendered),
    [block, placeholders],
  );
  const data = useMemo(
    () => ({
      users: [
        ...context.users.map(({ id, realName }) => ({ id, name: realName })),
        { id: context.app.userId, name: context.app.name },
      ],
      channels: [context.channel],
    }),
    [context],
  );
  return blocks.length === 0
    ? h('p', { className: 'unknown-block' }, `This block cannot be shown here: ${String(block.type)}`)
    : h(SlackBlocks, { blocks, data, theme: context.theme, withoutWrapper: true, name: '', logo: '', hooks });
});

/** Options for slack-blocks-to-jsx: links, dates and emoji. */
export const hooks: NonNullable<MessageProps['hooks']> = {
  // `10:20:30` is a right ascension, not the emoji :20:.
  emoji: (emoji, parse) => {
    const drawn = parse(emoji);
    return drawn === emoji.name ? `:${emoji.name}:` : drawn;
  },
  link: ({ href, children, className }) =>
    h('a', { href, className, target: '_blank', rel: 'noreferrer' }, children),
  date: ({ timestamp, format, fallback }) =>
    h(
      'time',
      { title: fullTime(timestamp) },
      Number.isFinite(Number(timestamp)) ? formatSlackDate(timestamp, format) : fallback,
    ),
};

/** Types without interaction, which slack-blocks-to-jsx draws. */
const renderedTypes = new Set([
  'section',
  'divider',
  'header',
  'context',
  'image',
  'rich_text',
  'markdown',
  'table',
  'data_visualization',
  'context_actions',
]);

const isRendered = (block: unknown): block is RenderedBlock =>
  isObject(block) && typeof block.type === 'string' && renderedTypes.has(block.type);

/** Uploaded pictures get the sandbox's address. */
const withFileAddresses = (block: JsonObject, placeholders: readonly string[]): JsonObject => {
  const addressed = (image: JsonObject): JsonObject => withAddress(image, placeholders);
  return {
    ...addressed(block),
    ...(Array.isArray(block.elements) ? { elements: objectsOf(block.elements).map(addressed) } : {}),
    ...(isObject(block.accessory) ? { accessory: addressed(block.accessory) } : {}),
  };
};

const withAddress = (image: JsonObject, placeholders: readonly string[]): JsonObject => {
  const file = image.slack_file;
  if (!isObject(file)) return image;
  const { slack_file: _, ...rest } = image;
  if (typeof file.id !== 'string') return { ...rest, image_url: file.url };
  return { ...rest, image_url: placeholders.includes(file.id) ? notShared : `/files/${file.id}` };
};

/** The placeholder of a file that no posted message has shared. */
const notShared = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" width="360" height="120" viewBox="0 0 360 120">
    <rect x="1" y="1" width="358" height="118" rx="8" fill="none" stroke="#8a8a93" stroke-dasharray="6 5"/>
    <text x="180" y="66" fill="#8a8a93" font-family="sans-serif" font-size="15" text-anchor="middle">This file
    was shared with nobody</text>
  </svg>`,
)}`;
