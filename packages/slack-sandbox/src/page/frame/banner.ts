import { createElement as h, type ReactElement, useState } from 'react';
import { api } from '../api.ts';
import { usePage } from '../page-context.ts';

/** Says that all alerts are simulated, and answers a round for people who do not read light curves. */
export const Banner = (): ReactElement | null => {
  const { model, tell } = usePage();
  const [pressed, setPressed] = useState(false);
  const { banner } = model.workspace;
  const { openCards, answering } = model.status;
  const busy = pressed || answering !== null;
  const press = async (): Promise<void> => {
    setPressed(true);
    try {
      await api.answerRest();
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    } finally {
      setPressed(false);
    }
  };
  const offer = busy || (openCards ?? 0) > 0;
  if (banner === null && !offer) return null;
  return h(
    'div',
    { className: 'banner' },
    banner === null ? null : h('p', { role: 'note' }, banner),
    offer
      ? h(
          'button',
          {
            type: 'button',
            className: 'button',
            'data-answer-rest': true,
            disabled: busy,
            onClick: () => void press(),
          },
          busy
            ? `Answering… ${answering === null ? '' : `${answering.left} to go`}`
            : `Answer the rest of this round from the simulation’s truth (${openCards})`,
        )
      : null,
  );
};
