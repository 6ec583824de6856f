import { createElement as h, type ReactElement, useState } from 'react';
import { createFaultControls } from '../../faults/fault-controls.ts';
import type { CallFault, Fate, FaultState } from '../../faults/faults.ts';
import { api } from '../api.ts';
import { usePage } from '../page-context.ts';

/** Buttons that inject faults, to see how the bot copes. */
export const FaultSwitches = (): ReactElement => {
  const { model, tell } = usePage();
  const { faults } = model.status;
  const [method, setMethod] = useState('');
  const target = method === '' ? {} : { method };
  const controls = createFaultControls({
    state: async () => faults,
    set: async (change) => {
      await api.setFaults(change);
    },
    happen: async ({ name, ...how }) => {
      await api.inject(name, how);
    },
  });
  const slow = faults.calls.some(({ fate }) => fate.kind === 'slow');
  const run = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
  };
  const button = (label: string, title: string, onClick: () => void): ReactElement =>
    h('button', { key: label, type: 'button', className: 'button default', title, onClick }, label);
  const active = describeFaults(faults);

  return h(
    'section',
    { className: 'faults', 'aria-label': 'Faults' },
    h(
      'label',
      null,
      'Calls of ',
      h(
        'select',
        { value: method, onChange: (event: { target: { value: string } }) => setMethod(event.target.value) },
        h('option', { value: '' }, 'any method'),
        [
          'chat.postMessage',
          'chat.update',
          'chat.postEphemeral',
          'views.open',
          'views.publish',
          'files.getUploadURLExternal',
          'apps.connections.open',
        ].map((name) => h('option', { key: name, value: name }, name)),
      ),
    ),
    h(
      'div',
      { className: 'fault-buttons' },
      button('Rate-limit 3', 'Answers the next three calls with 429, Retry-After 2', () =>
        run(controls.rateLimitNext(3, target.method, 2)),
      ),
      button('Fail 1 (HTTP 500)', 'The next call fails', () =>
        run(controls.failNext(1, { ...target, status: 500 })),
      ),
      button('Lose 1 answer', 'The next call is performed, and the connection dies before its answer', () =>
        run(controls.loseNextAnswer(1, target.method)),
      ),
      button(slow ? 'Answer at once' : 'Answer after 4 s', 'Delays every answer', () =>
        run(
          slow
            ? controls.set({ calls: faults.calls.filter(({ fate }) => fate.kind !== 'slow') })
            : controls.slowAnswers(4_000, target.method),
        ),
      ),
    ),
    h(
      'div',
      { className: 'fault-buttons' },
      button('Duplicate next event', 'Delivers the next click or command twice', () =>
        run(controls.duplicateNextEnvelopes(1)),
      ),
      button('Refresh one connection', 'As Slack does every few hours', () =>
        run(controls.refreshConnections('one')),
      ),
      button('Drop all connections', 'Cuts them without a word', () => run(controls.dropConnections())),
      button('Silence connections', 'They stay open, and nothing comes through', () =>
        run(controls.silenceConnections('all')),
      ),
      button('Go away for 10 s', 'Nothing answers, and new connections are refused', () =>
        run(controls.goAway(10_000)),
      ),
      button(faults.refuseUploads ? 'Take pictures' : 'Refuse pictures', 'Uploads fail', () =>
        run(controls.refuseUploads(!faults.refuseUploads)),
      ),
      button(
        faults.refuseBlockTypes.length > 0 ? 'Take charts' : 'Refuse charts',
        'data_visualization blocks become invalid_blocks',
        () =>
          run(controls.refuseBlockTypes(faults.refuseBlockTypes.length > 0 ? [] : ['data_visualization'])),
      ),
    ),
    active.length === 0
      ? null
      : h(
          'p',
          { className: 'active-faults', role: 'status' },
          active.join(' · '),
          h('button', { type: 'button', className: 'link', onClick: () => run(controls.clear()) }, 'Clear'),
        ),
  );
};

const describeFaults = (faults: FaultState): string[] =>
  [
    ...faults.calls.map(describeCallFault),
    faults.tokens.bot === null ? '' : `bot token: ${faults.tokens.bot}`,
    faults.tokens.app === null ? '' : `app token: ${faults.tokens.app}`,
    faults.socketMode ? '' : 'Socket Mode off',
    faults.duplicateEnvelopes > 0 ? `${faults.duplicateEnvelopes} duplicate to come` : '',
    faults.refuseUploads ? 'uploads refused' : '',
    faults.refuseBlockTypes.length > 0 ? `${faults.refuseBlockTypes.join(', ')} refused` : '',
  ].filter((text) => text !== '');

const describeCallFault = ({ method, calls, fate }: CallFault): string =>
  `${calls === null ? '' : `${calls} × `}${describeFate(fate)} on ${method ?? 'any method'}`;

const describeFate = (fate: Fate): string => {
  switch (fate.kind) {
    case 'rate-limited':
      return '429';
    case 'error':
      return fate.error;
    case 'status':
      return `HTTP ${fate.status}`;
    case 'cut':
      return 'connection cut';
    case 'lost':
      return 'answer lost';
    case 'torn':
      return 'answer torn';
    case 'foreign':
      return 'somebody else’s page';
    case 'late':
      return `carried out ${fate.ms} ms late`;
    case 'slow':
      return `${fate.ms} ms late`;
  }
};
