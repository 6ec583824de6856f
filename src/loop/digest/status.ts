import type { ModelType } from '../../pipeline/learning/label-maps.ts';
import { countLabels, type LabelCounts } from '../../store/answers/labels.ts';
import { readTrouble, type Trouble } from '../../store/chat/channel-trouble.ts';
import { countMessages, type MessageCounts } from '../../store/chat/messages.ts';
import { countAlerts } from '../../store/intake/counts.ts';
import { type IngestProcess, ingestProcesses } from '../../store/intake/ingest-processes.ts';
import { type PoolLeft, readPoolLeft } from '../../store/intake/pool-age.ts';
import { countsOfPull, lastPull, type PullCounts } from '../../store/intake/pulls.ts';
import { countLookups, type SherlockCounts } from '../../store/intake/sherlock.ts';
import type { Db } from '../../store/open-store.ts';
import { type LeadPeer, leadPeers } from '../../store/postgres/leader-lock.ts';
import { allRounds, candidatesOf } from '../../store/rounds/rounds.ts';
import { type DutyState, readDutyState } from '../duty-state.ts';
import { type Numbering, readNumbering } from '../rounds/numbering.ts';
import { parseRoundReport, type RoundReport } from '../rounds/round-report.ts';
import { type PlannedPruning, plannedPruning } from '../stamp-retention.ts';

export interface StatusRound {
  readonly number: number;
  readonly state: 'open' | 'training' | 'closed';
  readonly strategy: string;
  readonly modelType: ModelType;
  readonly labelled: number;
  readonly open: number;
  readonly skipped: number;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly report: RoundReport | null;
}

/** Where things stand: what `/finkvra status` and `finkvra status` say. */
export interface Status {
  readonly at: string;
  /** The one in use: what labels are counted for. */
  readonly modelType: ModelType;
  readonly alerts: { readonly alerts: number; readonly objects: number; readonly pool: number };
  /** Objects that left the pool last because no alert of them came in; null where none did. */
  readonly poolLeft: PoolLeft | null;
  readonly labels: LabelCounts;
  /** How the lookups of hosts and classes stand. */
  readonly sherlock: SherlockCounts;
  /** The round under way, if there is one. */
  readonly current: StatusRound | null;
  /** The last closed rounds of this model type, oldest first. */
  readonly closed: readonly StatusRound[];
  /** How the rounds came to their numbers; null before the first one. */
  readonly numbering: Numbering | null;
  readonly lastPull:
    | (PullCounts & {
        readonly source: string;
        readonly startedAt: string;
        readonly finishedAt: string | null;
        readonly error: string | null;
      })
    | null;
  /** ISO 8601; null when no pull is scheduled. */
  readonly nextPull: string | null;
  /** Tries since the last pull that came through, and why the last one failed; null where it did not. */
  readonly failingPull: { readonly tries: number; readonly error: string } | null;
  /** Stamps that will be deleted, which people are told of some days before; null: none. */
  readonly stamps: PlannedPruning | null;
  /** The services on the store, the one that leads first, and the processes that take alerts in; with STORE_URL only. */
  readonly services: readonly LeadPeer[];
  readonly ingest: readonly IngestProcess[];
  /** The messages of the channel. */
  readonly messages: MessageCounts & { readonly trouble: readonly Trouble[] };
}

const CLOSED_ROUNDS_SHOWN = 8;

/** The schedule's next time, or the next try where a pull has failed. */
const pullAt = (scheduled: Date | null, duty: DutyState | null): string | null => {
  const times = [scheduled?.toISOString(), duty?.retryAt].filter((time) => time != null);
  return scheduled === null ? null : (times.sort()[0] ?? null);
};

export const readStatus = async (
  db: Db,
  at: Date,
  nextPull: Date | null,
  modelType: ModelType,
): Promise<Status> => {
  const rounds: StatusRound[] = [];
  const rows = await allRounds(db);
  const shown = [
    ...rows
      .filter(({ state, model_type }) => state === 'closed' && model_type === modelType)
      .slice(-CLOSED_ROUNDS_SHOWN),
    ...rows.filter(({ state }) => state !== 'closed'),
  ];
  for (const row of shown) {
    const candidates = await candidatesOf(db, row.id);
    const report = row.report === null ? null : parseRoundReport(row.report);
    const count = (state: string): number => candidates.filter((one) => one.state === state).length;
    rounds.push({
      number: row.number,
      state: row.state,
      strategy: row.strategy,
      modelType: row.model_type,
      labelled: report?.frozen?.progress.labelled ?? count('labelled'),
      open: count('open'),
      skipped: report?.frozen?.progress.skipped ?? count('skipped'),
      openedAt: row.opened_at,
      closedAt: row.closed_at,
      report,
    });
  }
  const pull = await lastPull(db);
  const duty = await readDutyState(db, 'pull');
  return {
    at: at.toISOString(),
    modelType,
    alerts: await countAlerts(db),
    poolLeft: await readPoolLeft(db),
    labels: await countLabels(db, modelType),
    sherlock: await countLookups(db),
    current: rounds.find(({ state }) => state !== 'closed') ?? null,
    closed: rounds.filter(({ state }) => state === 'closed'),
    numbering: await readNumbering(db),
    lastPull:
      pull === undefined
        ? null
        : {
            ...countsOfPull(pull),
            source: pull.source,
            startedAt: pull.started_at,
            finishedAt: pull.finished_at,
            error: pull.error,
          },
    nextPull: pullAt(nextPull, duty),
    stamps: await plannedPruning(db),
    services: await leadPeers(db),
    ingest: await ingestProcesses(db),
    messages: { ...(await countMessages(db)), trouble: await readTrouble(db) },
    failingPull: duty?.error == null ? null : { tries: duty.failures, error: duty.error },
  };
};
