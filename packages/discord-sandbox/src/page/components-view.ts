import { createElement as h, type ReactElement, useState } from 'react';
import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { ShownMessage } from '../page-protocol.ts';
import { api } from './api.ts';
import { usePage } from './page-context.ts';
import { menuOptions, SelectMenu } from './select-menu.ts';

const STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link'];

/** Buttons and menus under a message; disabled while the app answers. */
export const ComponentsView = ({ message }: { message: ShownMessage }): ReactElement | null => {
  const { state, run } = usePage();
  const [busy, setBusy] = useState<string | null>(null);
  if (message.components.length === 0) return null;
  const act = async (customId: string, work: () => Promise<unknown>): Promise<void> => {
    setBusy(customId);
    await run(work);
    setBusy(null);
  };
  const where = (component: JsonObject) => ({
    user: state.user,
    message: message.id,
    customId: String(component.custom_id),
  });
  const draw = (component: JsonObject, key: number): ReactElement => {
    const id = String(component.custom_id);
    const emoji = isObject(component.emoji) ? `${String(component.emoji.name)} ` : '';
    if (component.type !== 2)
      return h(SelectMenu, {
        key,
        select: component,
        options: menuOptions(component, state),
        disabled: busy !== null,
        onChoose: (values) => void act(id, () => api.select({ ...where(component), values })),
      });
    const label = `${emoji}${String(component.label ?? '')}`;
    if (component.style === 5)
      return h(
        'a',
        { key, className: 'button link', href: String(component.url), target: '_blank', rel: 'noreferrer' },
        `${label} ↗`,
      );
    return h(
      'button',
      {
        key,
        type: 'button',
        className: `button ${STYLES[Number(component.style)] ?? ''}`,
        'data-custom-id': id,
        'aria-busy': busy === id,
        disabled: busy !== null || component.disabled === true,
        onClick: () => void act(id, () => api.click({ ...where(component), stale: true })),
      },
      busy === id ? '• • •' : label,
    );
  };
  return h(
    'div',
    { className: 'components' },
    message.components.map((row, index) =>
      h('div', { key: index, className: 'row' }, objectsOf(row.components).map(draw)),
    ),
  );
};
