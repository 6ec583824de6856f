import { useCallback } from 'react';
import { api } from '../api.ts';
import type { OnAct } from '../blocks/element-parts.ts';
import { usePage } from '../page-context.ts';

/** Buttons and menus in a modal (by its id) or on the Home tab. */
export const useViewActs = (view: string): OnAct => {
  const { model, tell } = usePage();
  return useCallback(
    async (placed, choice) => {
      const request = { user: model.user, view, actionId: placed.actionId, blockId: placed.blockId };
      try {
        const { outcome } =
          choice === null ? await api.click(request) : await api.select({ ...request, value: choice });
        if (outcome === 'timeout') tell('The app did not answer within 3 seconds.');
        if (outcome === 'not_connected') tell('The app is not connected.');
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    },
    [model.user, view, tell],
  );
};
