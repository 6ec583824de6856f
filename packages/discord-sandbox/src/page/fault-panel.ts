import { createElement as h, type ReactElement } from 'react';
import { createFaultControls } from '../faults/fault-controls.ts';
import { api } from './api.ts';
import { usePage } from './page-context.ts';

const faults = createFaultControls({
  state: api.faults,
  set: (change) => api.inject('set', change),
  happen: ({ name, ...how }) => api.inject(name, how),
});

/** Faults to inject, as tests do. */
const kinds: readonly { readonly name: string; readonly run: () => Promise<void> }[] = [
  { name: 'Drop the Gateway', run: () => faults.dropConnections() },
  { name: 'Ask to reconnect', run: () => faults.askReconnect() },
  { name: 'End the session', run: () => faults.invalidateSessions() },
  {
    name: 'Limit the next 3 posts',
    run: () => faults.rateLimitNext(3, { method: 'create-message', retryAfter: 2 }),
  },
  { name: '502 for the next 3 calls', run: () => faults.failNext(3, { status: 502 }) },
  { name: 'Lose the next answer', run: () => faults.loseNextAnswer(1) },
  { name: 'Answer 4 s late', run: () => faults.slowAnswers(4_000) },
  { name: 'Expire interactions', run: () => faults.expireInteractions() },
  { name: 'Discord away for 10 s', run: () => faults.goAway(10_000) },
  { name: 'All well again', run: () => faults.clear() },
];

/** Buttons for faults, to see how the app copes. */
export const FaultPanel = (): ReactElement => {
  const { run } = usePage();
  return h(
    'details',
    { className: 'faults' },
    h('summary', null, 'What can go wrong'),
    kinds.map((kind) =>
      h(
        'button',
        { key: kind.name, type: 'button', className: 'channel', onClick: () => void run(kind.run) },
        kind.name,
      ),
    ),
  );
};
