import { createElement as h, type ReactElement } from 'react';
import { isObject, type JsonObject, objectsOf, stringOf } from 'sandbox-kit/json';
import { inlineMarkdown, Markdown } from './markdown.ts';
import { usePage } from './page-context.ts';

const partOf = (value: unknown, key: string): string | undefined =>
  isObject(value) ? stringOf(value[key]) : undefined;

/** A picture that can be enlarged. */
export const PictureButton = ({
  src,
  alt,
  small = false,
}: {
  src: string;
  alt: string;
  small?: boolean;
}): ReactElement => {
  const { showPicture } = usePage();
  return h(
    'button',
    {
      type: 'button',
      className: small ? 'picture thumbnail' : 'picture',
      'aria-label': `Enlarge: ${alt}`,
      onClick: () => showPicture({ src, alt }),
    },
    h('img', { src, alt }),
  );
};

/** An embed: its coloured edge, title, text, fields and picture. */
export const EmbedView = ({ embed, alt }: { embed: JsonObject; alt: string }): ReactElement => {
  const { state } = usePage();
  const title = stringOf(embed.title);
  const url = stringOf(embed.url);
  const description = stringOf(embed.description);
  const picture = partOf(embed.image, 'url');
  const thumbnail = partOf(embed.thumbnail, 'url');
  const author = partOf(embed.author, 'name');
  const footer = partOf(embed.footer, 'text');
  const color = typeof embed.color === 'number' ? `#${embed.color.toString(16).padStart(6, '0')}` : undefined;
  return h(
    'div',
    { className: 'embed', ...(color === undefined ? {} : { style: { borderLeftColor: color } }) },
    thumbnail === undefined ? null : h(PictureButton, { src: thumbnail, alt, small: true }),
    author === undefined ? null : h('p', { className: 'embed-author' }, author),
    title === undefined
      ? null
      : h(
          'p',
          { className: 'embed-title' },
          url === undefined
            ? inlineMarkdown(title, state)
            : h('a', { href: url, target: '_blank', rel: 'noreferrer' }, inlineMarkdown(title, state)),
        ),
    description === undefined ? null : h(Markdown, { text: description, state }),
    h(
      'div',
      { className: 'fields' },
      objectsOf(embed.fields).map((field, index) =>
        h(
          'div',
          { key: index, className: field.inline === true ? 'field inline' : 'field' },
          h('p', { className: 'field-name' }, inlineMarkdown(String(field.name), state)),
          h(Markdown, { text: String(field.value), state }),
        ),
      ),
    ),
    picture === undefined ? null : h(PictureButton, { src: picture, alt }),
    footer === undefined ? null : h('p', { className: 'embed-footer' }, footer),
  );
};
