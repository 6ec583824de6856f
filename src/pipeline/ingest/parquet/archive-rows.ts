import { type Alert, type AlertContext, type Epoch, NO_CONTEXT } from '../../alert.ts';
import { ARCHIVED_CONTEXT, ARCHIVED_EPOCH_NUMBERS } from '../../archive/archive-columns.ts';
import {
  candidText,
  dateOf,
  filterOf,
  indexedCandid,
  magnitudeOf,
  measured,
  notNegative,
  numberOf,
  objectIdOf,
  positionOf,
  scoreOf,
  sigmaOf,
  signOf,
} from '../field-values.ts';
import { bandFeaturesOf, type PacketRecord } from '../packet-to-alert.ts';
import { PANDAS_INDEX } from '../wanted-fields.ts';

/** Columns of an archive file that are needed, and those that are kept besides. */
const NEEDED = ['candid', 'objectId', 'ra', 'dec', 'mjd', 'mag', 'fid'] as const;
export const ARCHIVE_FIELDS: readonly string[] = [
  ...NEEDED,
  'drb',
  'maglim',
  'isdiffpos',
  'sep_arcsec',
  ...ARCHIVED_EPOCH_NUMBERS,
  ...Object.values(ARCHIVED_CONTEXT),
  PANDAS_INDEX,
];
export const ARCHIVE_RECORDS: readonly string[] = ['lc_features_g', 'lc_features_r'];

/**
 * Whether a table's columns are those of a pull's archive, ours or the reference program's
 * (`YYYYMMDD_HHMMSS_alerts.parquet`): the light curve is in lists beside each other.
 */
export const isArchive = (names: ReadonlySet<string>): boolean =>
  NEEDED.every((name) => names.has(name) || (name === 'candid' && names.has(PANDAS_INDEX))) &&
  !names.has('jd') &&
  !names.has('candidate');

/** An alert read back from an archive, with what only the archive knows. */
export interface ArchiveEntry {
  readonly alert: Alert;
  /** Separation from the best Sherlock match, arcsec, as it was. */
  readonly sepArcsec: number | null;
}

/**
 * Makes an alert of an archive's row. The reference's layout has no errors of the magnitudes, nothing of the template
 * and nothing of what lies at the position; our own has. The reference's light-curve features are those in the file.
 *
 * @throws Error that says what is wrong with the row
 */
export const alertOfArchive = (row: PacketRecord): ArchiveEntry => {
  const candid = candidText(row.candid) ?? indexedCandid(row[PANDAS_INDEX]);
  if (candid === null) throw new Error('the row has no candid');
  const objectId = objectIdOf(row.objectId);
  const position = positionOf(row.ra, row.dec);
  const epochs = epochsOf(row);
  const [current] = epochs;
  if (current?.magpsf == null) throw new Error('the row has no light curve that begins with a detection');
  return {
    alert: {
      candid,
      objectId,
      jd: current.jd,
      ...position,
      fid: current.fid,
      magpsf: current.magpsf,
      sigmapsf: current.sigmapsf,
      drb: scoreOf(row.drb),
      rb: null,
      roid: null,
      cdsxmatch: null,
      context: contextOf(row),
      epochs,
      storedFeatures: { g: bandFeaturesOf(row.lc_features_g), r: bandFeaturesOf(row.lc_features_r) },
      stamps: { science: null, template: null, difference: null },
    },
    sepArcsec: separationOf(row.sep_arcsec),
  };
};

/** What lies at the position; null in files of the reference's layout. */
const contextOf = (row: PacketRecord): AlertContext => ({
  ...NO_CONTEXT,
  sgscore1: scoreOf(row[ARCHIVED_CONTEXT.sgscore1]),
  distpsnr1: notNegative(row[ARCHIVED_CONTEXT.distpsnr1]),
  nmtchps: notNegative(row[ARCHIVED_CONTEXT.nmtchps]),
  neargaia: notNegative(row[ARCHIVED_CONTEXT.neargaia]),
  jdstarthist: dateOf(row[ARCHIVED_CONTEXT.jdstarthist]),
  ndethist: notNegative(row[ARCHIVED_CONTEXT.ndethist]),
  ncovhist: notNegative(row[ARCHIVED_CONTEXT.ncovhist]),
  classtar: scoreOf(row[ARCHIVED_CONTEXT.classtar]),
  sharpnr: measured(row[ARCHIVED_CONTEXT.sharpnr]),
  chinr: notNegative(row[ARCHIVED_CONTEXT.chinr]),
  plx: measured(row[ARCHIVED_CONTEXT.plx]),
  plxError: notNegative(row[ARCHIVED_CONTEXT.plxError]),
});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The reference writes it as a number or, because of its own missing ones, as text. */
function separationOf(value: unknown): number | null {
  const separation = numberOf(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
  return separation === null || separation < 0 ? null : separation;
}

const MOST_EPOCHS = 10_000;

function epochsOf(row: PacketRecord): Epoch[] {
  const [mjds, mags, maglims, fids] = [row.mjd, row.mag, row.maglim, row.fid].map(listOf);
  const [sigmapsfs, distnrs, magnrs, sigmagnrs] = ARCHIVED_EPOCH_NUMBERS.map((name) => listOf(row[name]));
  // Files from before the reference kept isdiffpos: every detection counts, as it did there.
  const signs = row.isdiffpos === undefined ? null : listOf(row.isdiffpos);
  if (mjds === undefined || mjds.length > MOST_EPOCHS)
    throw new Error('the row has a light curve without an end');
  return mjds.flatMap((value, i): Epoch[] => {
    const mjd = numberOf(value);
    const jd = mjd === null ? null : dateOf(mjd + 2_400_000.5);
    const fid = filterOf(fids?.[i]);
    const delivered = numberOf(mags?.[i]);
    const magpsf = magnitudeOf(mags?.[i]);
    if (jd === null || fid === null || (delivered !== null && magpsf === null)) return [];
    const sign = signs === null ? 't' : signOf(signs[i]);
    return [
      {
        jd,
        fid,
        magpsf,
        sigmapsf: sigmaOf(sigmapsfs?.[i]),
        diffmaglim: magnitudeOf(maglims?.[i]),
        isdiffpos: magpsf === null || sign === 'unknown' ? null : sign,
        distnr: numberOf(distnrs?.[i]),
        magnr: magnitudeOf(magnrs?.[i]),
        sigmagnr: sigmaOf(sigmagnrs?.[i]),
      },
    ];
  });
}
