import { NoAlertsError, OtherSurveyError } from './source.ts';
import { PANDAS_INDEX } from './wanted-fields.ts';

/** Fields that every alert needs. */
const REQUIRED = ['objectId', 'candid', 'jd', 'fid', 'ra', 'dec', 'magpsf'] as const;

/** Names that only LSST's packets have. */
const LSST = ['diaSourceId', 'diaObjectId', 'diaSource', 'diaObject'] as const;

/** A field's names: of a packet, of one whose record's fields are columns, of a light one, of the portal. */
const spellings = (field: string): string[] => [
  field,
  `candidate.${field}`,
  `i:${field}`,
  ...(field === 'candid' ? [PANDAS_INDEX] : []),
];

/**
 * Makes sure that a schema or a table's head is that of ZTF's alerts.
 *
 * @param fields names at the top level, and `candidate.jd` for a field of the record `candidate`
 * @throws OtherSurveyError for packets of LSST
 * @throws NoAlertsError naming the missing columns; a plain Error if only one is missing, which is damage
 */
export const checkShape = (fields: ReadonlySet<string>): void => {
  const foreign = LSST.find((name) => fields.has(name));
  if (foreign !== undefined) throw otherSurvey(foreign);
  const missing = REQUIRED.filter((field) => !spellings(field).some((name) => fields.has(name)));
  if (missing.length === 0) return;
  if (missing.length === 1)
    throw new Error(`the alerts in it cannot be used: the column ${missing[0]} is missing`);
  throw new NoAlertsError(
    `this holds no alerts: it lacks the columns ${missing.join(', ')}${like(fields, missing)}`,
  );
};

/**
 * Refuses the text of an LSST schema before it is parsed: these may be larger than any of ZTF's.
 *
 * @throws OtherSurveyError
 */
export const checkSurvey = (schema: Uint8Array): void => {
  const foreign = /"name"\s*:\s*"(diaSourceId|diaObjectId|diaSource|diaObject)"/.exec(
    Buffer.from(schema.buffer, schema.byteOffset, schema.byteLength).toString('latin1'),
  )?.[1];
  if (foreign !== undefined) throw otherSurvey(foreign);
};

const otherSurvey = (field: string): OtherSurveyError =>
  new OtherSurveyError(`these are LSST alerts (${field} …): this version reads ZTF`);

/** What a table with other columns looks like, where that is known. */
function like(fields: ReadonlySet<string>, missing: readonly string[]): string {
  if (fields.has('label')) return ' (labels are taken in by finkvra import)';
  if (fields.has('ndets') && fields.has('ebv')) return ' (it is a table of features)';
  return missing.length === REQUIRED.length ? ' of a packet' : '';
}
