import { createElement as h, type ReactElement, useEffect, useState } from 'react';
import type { TrafficEntry } from 'sandbox-kit/traffic';
import { FaultSwitches } from './fault-switches.ts';

/** Faults to try, and the traffic between the bot and the workspace. */
export const DeveloperPanel = ({ onClose }: { onClose: () => void }): ReactElement => {
  const entries = useTraffic();
  const [filter, setFilter] = useState('');
  const shown = entries.filter(({ name, kind, outcome }) => `${kind} ${name} ${outcome}`.includes(filter));
  return h(
    'aside',
    { className: 'panel developer', 'aria-label': 'Traffic and faults' },
    h(
      'header',
      null,
      h('h2', null, 'Traffic and faults'),
      h('button', { type: 'button', className: 'icon', 'aria-label': 'Close', onClick: onClose }, '✕'),
    ),
    h(FaultSwitches),
    h(
      'div',
      { className: 'traffic-head' },
      h('h3', null, 'Bot and workspace'),
      h('input', {
        type: 'search',
        value: filter,
        placeholder: 'Filter',
        'aria-label': 'Filter the traffic',
        onChange: (event: { target: { value: string } }) => setFilter(event.target.value),
      }),
    ),
    h(
      'ol',
      { className: 'traffic panel-content' },
      shown.length === 0 ? h('li', { className: 'empty' }, 'Nothing yet.') : null,
      shown.toReversed().map((entry) => h(TrafficRow, { key: entry.id, entry })),
    ),
  );
};

const TrafficRow = ({ entry }: { entry: TrafficEntry }): ReactElement => {
  const bad = !['ok', 'sent'].includes(entry.outcome) && !/^\d+ open$/.test(entry.outcome);
  return h(
    'li',
    { className: bad ? 'bad' : '' },
    h(
      'details',
      null,
      h(
        'summary',
        { title: entry.direction === 'out' ? 'the bot to the workspace' : 'the workspace to the bot' },
        h('time', null, entry.at.slice(11, 19)),
        h('span', { className: `arrow ${entry.direction}` }, entry.direction === 'out' ? '→' : '←'),
        h('span', { className: 'name' }, entry.kind === 'api' ? entry.name : `${entry.kind} ${entry.name}`),
        h('span', { className: 'outcome' }, entry.outcome),
        entry.ms === undefined
          ? null
          : h('span', { className: 'ms' }, `${entry.ms.toFixed(entry.ms < 10 ? 1 : 0)} ms`),
      ),
      h('pre', null, entry.detail),
    ),
  );
};

/** The last 400 entries, live. */
const useTraffic = (): readonly TrafficEntry[] => {
  const [entries, setEntries] = useState<readonly TrafficEntry[]>([]);
  useEffect(() => {
    const source = new EventSource('/sandbox/traffic');
    source.onopen = () => setEntries([]);
    source.onmessage = (event) => {
      const entry: TrafficEntry = JSON.parse(event.data);
      setEntries((before) => [...before.slice(-399), entry]);
    };
    return () => source.close();
  }, []);
  return entries;
};
