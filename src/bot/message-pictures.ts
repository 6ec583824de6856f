import type { Beside } from '../loop/cards/known-beside.ts';
import type { Surroundings } from '../loop/cards/surroundings.ts';
import { parseDigest } from '../loop/digest/digest.ts';
import type { PictureClient } from '../pictures/picture-client.ts';
import { findAlert } from '../store/intake/alerts.ts';
import { historyOf } from '../store/intake/histories.ts';
import type { Db } from '../store/open-store.ts';
import { findCandidate } from '../store/rounds/rounds.ts';
import type { CandidateRow, MessageRow } from '../store/schema.ts';
import { stampsOf } from '../store/stamps/stamps.ts';
import { readAccuracyPicture } from './readings/read-report.ts';
import type { Drawn, Picture } from './uploads.ts';

/** Keys of pictures in the table of uploads. */
export const cardPictureKey = (candid: string): string => `card:${candid}`;
/** The same file, where it shows the object's whole history too. */
const wholePictureKey = (candid: string): string => `card:${candid}:history`;
export const chartPictureKey = (roundId: number): string => `chart:${roundId}`;

/** What drawing pictures needs. */
export interface PictureParts {
  readonly db: Db;
  readonly pictures: PictureClient;
  /** Data beyond the packet that cards show; null: the packet alone. */
  readonly surroundings: Pick<Surroundings, 'of'> | null;
}

/** A card's picture: stamps, sky image and the light curves of the alert and its object. */
export const cardPicture = ({ db, pictures, surroundings }: PictureParts, candid: string): Picture => ({
  key: cardPictureKey(candid),
  filename: `alert-${candid}.png`,
  draw: async () => {
    const alert = await findAlert(db, candid);
    if (alert === null) throw new Error(`the store has no alert ${candid}`);
    const beside: Partial<Beside> = surroundings === null ? {} : await surroundings.of(alert);
    const bytes = await pictures.card({ alert, ...(await stampsOf(db, candid)), ...beside });
    return { bytes, alsoAs: beside.history == null ? [] : [wholePictureKey(candid)] };
  },
});

/**
 * A candidate's picture: the one that its card has, or a new one with the object's history where that came later
 * and people are still asked.
 */
const candidatePicture = async (
  parts: PictureParts,
  { candid, object_id: objectId, state }: CandidateRow,
): Promise<Picture> => {
  const { db } = parts;
  const picture = cardPicture(parts, candid);
  const hasMore = state === 'open' && parts.surroundings !== null && (await historyOf(db, objectId)) !== null;
  if (!hasMore) return picture;
  const draw = async (): Promise<Drawn> => ({ ...(await picture.draw()), alsoAs: [picture.key] });
  return { ...picture, key: wholePictureKey(candid), draw, comesAs: picture.key };
};

/** A report's picture: accuracy by round up to this one, and the confusion matrix. */
const chartPicture = (db: Db, pictures: PictureClient, roundId: number): Picture => ({
  key: chartPictureKey(roundId),
  filename: `report-${roundId}.png`,
  draw: async () => {
    const input = await readAccuracyPicture(db, roundId);
    if (input === null) throw new Error(`round ${roundId} has no accuracy to show`);
    return { bytes: await pictures.report(input), alsoAs: [] };
  },
});

/** The pictures that a message shows, drawn from the store alone. */
export const picturesOf = async (parts: PictureParts, row: MessageRow): Promise<Picture[]> => {
  const { db, pictures } = parts;
  switch (row.kind) {
    case 'card': {
      const candidate = row.candidate_id === null ? undefined : await findCandidate(db, row.candidate_id);
      return candidate === undefined ? [] : [await candidatePicture(parts, candidate)];
    }
    case 'report': {
      const { round_id: roundId } = row;
      if (roundId === null || (await readAccuracyPicture(db, roundId)) === null) return [];
      return [chartPicture(db, pictures, roundId)];
    }
    case 'digest': {
      if (row.payload === null) return [];
      const [surest] = parseDigest(row.payload).surest;
      return surest === undefined ? [] : [cardPicture(parts, surest.candid)];
    }
    case 'header':
    case 'report_details':
    case 'digest_details':
    case 'reminder':
    case 'promotion':
      return [];
  }
};
