import { type ReactElement, useState } from 'react';
import { type FaultState, noFaults } from '../faults.ts';
import { api } from './api.ts';
import { h } from './h.ts';
import { usePage } from './page-context.ts';

/** Buttons that make the workspace misbehave, to see that the bot copes. */
export const FaultSwitches = (): ReactElement => {
  const { model, tell } = usePage();
  const { faults } = model.status;
  const [method, setMethod] = useState('');
  const target = method === '' ? null : method;
  const run = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
  };
  const set = (change: Partial<FaultState>) => () => run(api.setFaults(change));
  const inject =
    (event: string, body: object = {}) =>
    () =>
      run(api.inject(event, body));
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
        run(api.setFaults({ rateLimit: { calls: 3, method: target, retryAfter: 2 } })),
      ),
      button('Fail 1 (HTTP 500)', 'The next call fails', () =>
        run(api.setFaults({ fail: { calls: 1, method: target, error: null, status: 500 } })),
      ),
      button('Lose 1 answer', 'The next call is performed, and the connection dies before its answer', () =>
        run(api.setFaults({ loseAnswer: { calls: 1, method: target } })),
      ),
      button(faults.slowAnswers.ms > 0 ? 'Answer at once' : 'Answer after 4 s', 'Delays every answer', () =>
        run(api.setFaults({ slowAnswers: { ms: faults.slowAnswers.ms > 0 ? 0 : 4_000, method: target } })),
      ),
    ),
    h(
      'div',
      { className: 'fault-buttons' },
      button(
        'Duplicate next event',
        'Delivers the next click or command twice',
        set({ duplicateEnvelopes: 1 }),
      ),
      button(
        'Refresh one connection',
        'As Slack does every few hours',
        inject('refreshConnections', { which: 'one' }),
      ),
      button('Drop all connections', 'Cuts them without a word', inject('dropConnections')),
      button(
        faults.refuseUploads ? 'Take pictures' : 'Refuse pictures',
        'Uploads fail',
        set({ refuseUploads: !faults.refuseUploads }),
      ),
      button(
        faults.refuseBlockTypes.length > 0 ? 'Take charts' : 'Refuse charts',
        'data_visualization blocks become invalid_blocks',
        set({ refuseBlockTypes: faults.refuseBlockTypes.length > 0 ? [] : ['data_visualization'] }),
      ),
    ),
    active.length === 0
      ? null
      : h(
          'p',
          { className: 'active-faults', role: 'status' },
          active.join(' · '),
          h('button', { type: 'button', className: 'link', onClick: set(noFaults) }, 'Clear'),
        ),
  );
};

const describeFaults = (faults: FaultState): string[] => {
  const of = (fault: { readonly method: string | null }): string => fault.method ?? 'any method';
  return [
    faults.rateLimit.calls > 0 ? `${faults.rateLimit.calls} × 429 on ${of(faults.rateLimit)}` : '',
    faults.fail.calls > 0
      ? `${faults.fail.calls} × ${faults.fail.error ?? `HTTP ${faults.fail.status}`} on ${of(faults.fail)}`
      : '',
    faults.loseAnswer.calls > 0 ? `${faults.loseAnswer.calls} answer lost on ${of(faults.loseAnswer)}` : '',
    faults.slowAnswers.ms > 0 ? `${faults.slowAnswers.ms} ms late on ${of(faults.slowAnswers)}` : '',
    faults.duplicateEnvelopes > 0 ? `${faults.duplicateEnvelopes} duplicate to come` : '',
    faults.refuseUploads ? 'uploads refused' : '',
    faults.refuseBlockTypes.length > 0 ? `${faults.refuseBlockTypes.join(', ')} refused` : '',
  ].filter((text) => text !== '');
};
