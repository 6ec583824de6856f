import { createElement as h, type ReactElement, useCallback, useEffect, useState } from 'react';
import { objectsOf, stringsOf } from 'sandbox-kit/json';
import { AppAvatar } from 'sandbox-kit/page/avatar';
import { api } from '../api.ts';
import { Blocks } from '../blocks/draw-blocks.ts';
import type { OnAct } from '../blocks/element-parts.ts';
import { usePage } from '../page-context.ts';
import { useViewActs } from './use-view-acts.ts';

/** The app's Home tab, which the app publishes for each person. */
export const HomePane = (): ReactElement => {
  const { model, blocks: context, tell } = usePage();
  const [waiting, setWaiting] = useState<string | null>(null);
  const onAct: OnAct = useViewActs('home');
  const open = useCallback(async (): Promise<void> => {
    setWaiting(null);
    try {
      const { outcome } = await api.openHome({ user: model.user });
      if (outcome === 'timeout') setWaiting('The app did not answer within 3 seconds.');
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  }, [model.user, tell]);
  useEffect(() => {
    void open();
  }, [open]);
  if (model.home === null)
    return h(
      'div',
      { className: 'home empty-home' },
      h(AppAvatar, { size: 64 }),
      h('p', null, waiting ?? 'The app has not published a Home tab for you yet.'),
    );
  return h(
    'div',
    { className: 'home', 'data-view': 'home' },
    waiting === null ? null : h('p', { className: 'notice' }, `⚠ ${waiting}`),
    h(Blocks, {
      blocks: objectsOf(model.home.blocks),
      context,
      onAct,
      placeholders: stringsOf(model.home.placeholders),
    }),
  );
};
