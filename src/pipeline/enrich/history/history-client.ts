import { jsonRows } from '../../../lib/json-rows.ts';
import type { HistoryPoint, ObjectId } from '../../alert.ts';
import { askService, ServiceError } from '../service-error.ts';
import { HISTORY_COLUMNS, historyRow } from './history-row.ts';

/** Fink's REST API for ZTF. */
export const DEFAULT_FINK_API = 'https://api.ztf.fink-portal.org';

/** Whole light curves, oldest point first, by object; an object that the archive does not know has none. */
export type Histories = ReadonlyMap<ObjectId, readonly HistoryPoint[]>;

export interface HistoryClient {
  /**
   * Asks for the whole light curves of these objects in one call.
   * @throws ServiceError; the signal's reason if it was aborted
   */
  fetch(objectIds: readonly ObjectId[], signal: AbortSignal): Promise<Histories>;
}

export interface HistoryClientOptions {
  /** Address of the API, without `/api/v1/objects`. */
  readonly url: string;
  /** For the whole answer, ms. */
  readonly timeoutMs?: number;
  /** Of the whole answer. Upper limits come with all their columns, some 2 kB each. */
  readonly maxBytes?: number;
}

/** Most epochs of one object: two a night for ten years are fewer. */
const MOST_POINTS = 10_000;

/** A client of the endpoint `objects` (POST, JSON) of Fink's REST API. */
export const createHistoryClient = ({
  url,
  timeoutMs = 30_000,
  maxBytes = 40e6,
}: HistoryClientOptions): HistoryClient => {
  const endpoint = `${url.replace(/\/+$/, '')}/api/v1/objects`;
  const name = "Fink's API";
  return {
    fetch: (objectIds, signal) => {
      const body = JSON.stringify({
        objectId: objectIds.join(','),
        columns: HISTORY_COLUMNS.join(','),
        withupperlim: 'True',
        'output-format': 'json',
      });
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      return askService(
        { url: endpoint, name, init: { method: 'POST', headers, body }, timeoutMs, signal },
        async (response) => {
          if (response.body === null) throw new ServiceError(`${name} answered nothing`);
          const found = new Map<ObjectId, HistoryPoint[]>(objectIds.map((id) => [id, []]));
          for await (const row of jsonRows(response.body, maxBytes)) {
            const { objectId, point } = historyRow(row);
            const points = found.get(objectId);
            // An answer about another object tells nothing about ours.
            if (points === undefined)
              throw new ServiceError(
                `${name} answered about ${objectId.slice(0, 40)}, which was not asked for`,
              );
            if (point !== null) points.push(point);
            if (points.length > MOST_POINTS)
              throw new ServiceError(`${name} has more than ${MOST_POINTS} points of ${objectId}`);
          }
          return new Map([...found].map(([id, points]) => [id, inOrder(points)]));
        },
      );
    },
  };
};

/** Oldest first, each exposure once, a detection before a limit of the same exposure. */
const inOrder = (points: readonly HistoryPoint[]): HistoryPoint[] => {
  const sorted = [...points].sort(
    (a, b) => a.jd - b.jd || a.fid - b.fid || Number(a.magpsf === null) - Number(b.magpsf === null),
  );
  return sorted.filter((point, i) => {
    const before = sorted[i - 1];
    return before === undefined || before.jd !== point.jd || before.fid !== point.fid;
  });
};
