import type { HistoryPoint, ObjectId } from '../../alert.ts';
import { dateOf, filterOf, magnitudeOf, sigmaOf, signOf } from '../../ingest/field-values.ts';

/** What is asked for of each point. */
export const HISTORY_COLUMNS = [
  'i:objectId',
  'i:jd',
  'i:magpsf',
  'i:sigmapsf',
  'i:diffmaglim',
  'i:fid',
  'i:isdiffpos',
] as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * One row of the answer: its object and its point. Null for a detection of bad quality, and for a row without a
 * date or a filter. `d:tag` (valid, upperlim, badquality) is added by the service.
 */
export const historyRow = (
  row: unknown,
): { readonly objectId: ObjectId; readonly point: HistoryPoint | null } => {
  const fields = isRecord(row) ? row : {};
  const id = fields['i:objectId'];
  return { objectId: typeof id === 'string' ? id : '', point: pointOf(fields) };
};

const pointOf = (fields: Readonly<Record<string, unknown>>): HistoryPoint | null => {
  const tag = fields['d:tag'];
  const jd = dateOf(fields['i:jd']);
  const fid = filterOf(fields['i:fid']);
  if (jd === null || fid === null || tag === 'badquality') return null;
  const diffmaglim = magnitudeOf(fields['i:diffmaglim']);
  const magpsf = tag === 'upperlim' ? null : magnitudeOf(fields['i:magpsf']);
  if (magpsf === null) {
    return diffmaglim === null
      ? null
      : { jd, fid, magpsf: null, sigmapsf: null, diffmaglim, isdiffpos: null };
  }
  const sign = signOf(fields['i:isdiffpos']);
  return {
    jd,
    fid,
    magpsf,
    sigmapsf: sigmaOf(fields['i:sigmapsf']),
    diffmaglim,
    isdiffpos: sign === 'unknown' ? null : sign,
  };
};
