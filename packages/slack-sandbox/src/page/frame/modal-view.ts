import { createElement as h, type ReactElement, useEffect, useRef, useState } from 'react';
import { type JsonObject, objectsOf, stringsOf } from 'sandbox-kit/json';
import { AppAvatar } from 'sandbox-kit/page/avatar';
import { Dialog } from 'sandbox-kit/page/dialog';
import type { Choice } from '../../interactivity/elements.ts';
import { api } from '../api.ts';
import { Blocks } from '../blocks/draw-blocks.ts';
import { type OnAct, plainText } from '../blocks/element-parts.ts';
import { usePage } from '../page-context.ts';
import { useModalKeys } from './use-modal-keys.ts';
import { useViewActs } from './use-view-acts.ts';

/** A modal that the app opened for this person. */
export const ModalView = ({ view }: { view: JsonObject }): ReactElement => {
  const { model, blocks: context, tell } = usePage();
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const values = useRef<Record<string, string | readonly string[]>>({});
  const id = String(view.id);
  const title = plainText(view.title);
  const act = useViewActs(id);
  const onAct: OnAct = async (placed, choice) => {
    if (!placed.input) return act(placed, choice);
    remember(values.current, placed.actionId, choice);
  };
  const hash = String(view.hash);
  const content = useRef<HTMLDivElement>(null);
  // A new view starts at its top, without old errors.
  const shown = useRef(hash);
  useEffect(() => {
    if (shown.current === hash) return;
    shown.current = hash;
    setErrors({});
    content.current?.scrollTo(0, 0);
  }, [hash]);
  useModalKeys(objectsOf(view.blocks), onAct);
  const close = (): void => {
    api.closeView({ user: model.user, view: id }).catch((error: unknown) => tell(String(error)));
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      const result = await api.submit({ user: model.user, view: id, values: values.current });
      setErrors(result.errors ?? {});
    } catch (error) {
      setErrors({ '': error instanceof Error ? error.message : String(error) });
    } finally {
      setBusy(false);
    }
  };
  return h(
    Dialog,
    { label: title, className: 'modal', onClose: close },
    h(
      'form',
      {
        'data-view': id,
        noValidate: true,
        onSubmit: (event: { preventDefault: () => void }) => {
          event.preventDefault();
          void submit();
        },
      },
      h(
        'header',
        null,
        h(AppAvatar, { size: 28 }),
        h('h2', null, title),
        h('button', { type: 'button', className: 'icon', 'aria-label': 'Close', onClick: close }, '✕'),
      ),
      h(
        'div',
        { className: 'modal-content', ref: content },
        errors[''] === undefined ? null : h('p', { className: 'notice', role: 'alert' }, `⚠ ${errors['']}`),
        h(Blocks, {
          blocks: objectsOf(view.blocks),
          context,
          onAct,
          errors,
          placeholders: stringsOf(view.placeholders),
        }),
      ),
      h(
        'footer',
        null,
        h(
          'button',
          { type: 'button', className: 'button default', onClick: close },
          plainText(view.close) || 'Cancel',
        ),
        view.submit === null || view.submit === undefined
          ? null
          : h(
              'button',
              { type: 'submit', className: 'button primary', disabled: busy },
              busy ? 'Working…' : plainText(view.submit),
            ),
      ),
    ),
  );
};

const remember = (
  values: Record<string, string | readonly string[]>,
  actionId: string,
  choice: Choice,
): void => {
  values[actionId] = choice ?? '';
};
