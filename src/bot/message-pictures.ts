import { parseDigest } from '../loop/digest/digest.ts';
import type { PictureClient } from '../pictures/picture-client.ts';
import { findAlert } from '../store/intake/alerts.ts';
import { stampsOf } from '../store/intake/stamps.ts';
import type { Db } from '../store/open-store.ts';
import { findCandidate, findRound } from '../store/rounds/rounds.ts';
import type { MessageRow } from '../store/schema.ts';
import { accuracyPointsUpTo } from './readings/read-report.ts';
import type { Picture } from './uploads.ts';

/** Names of pictures in the store's table of uploads. */
export const cardPictureKey = (candid: string): string => `card:${candid}`;
export const chartPictureKey = (roundId: number): string => `chart:${roundId}`;

/** Stamps and light curve of an alert. */
export const cardPicture = (db: Db, pictures: PictureClient, candid: string): Picture => ({
  key: cardPictureKey(candid),
  filename: `alert-${candid}.png`,
  draw: async () => {
    const alert = await findAlert(db, candid);
    if (alert === null) throw new Error(`the store has no alert ${candid}`);
    return pictures.card({ alert, stamps: await stampsOf(db, candid) });
  },
});

/** Accuracy over the rounds up to this one. */
export const chartPicture = (db: Db, pictures: PictureClient, roundId: number): Picture => ({
  key: chartPictureKey(roundId),
  filename: `accuracy-${roundId}.png`,
  draw: async () => {
    const round = await findRound(db, roundId);
    if (round === undefined) throw new Error(`the store has no round ${roundId}`);
    return pictures.accuracy({ points: await accuracyPointsUpTo(db, round.model_type, roundId) });
  },
});

/** The pictures that a message shows, drawn from the store alone. @param drawsCharts whether the chat does */
export const picturesOf = async (
  db: Db,
  pictures: PictureClient,
  row: MessageRow,
  drawsCharts: boolean,
): Promise<Picture[]> => {
  switch (row.kind) {
    case 'card': {
      const candidate = row.candidate_id === null ? undefined : await findCandidate(db, row.candidate_id);
      return candidate === undefined ? [] : [cardPicture(db, pictures, candidate.candid)];
    }
    case 'report': {
      const { round_id: roundId } = row;
      // Not where the chat draws the chart itself, unless it has refused to.
      if (roundId === null || (drawsCharts && row.plainness === 0)) return [];
      return [chartPicture(db, pictures, roundId)];
    }
    case 'digest': {
      if (row.payload === null) return [];
      const [surest] = parseDigest(row.payload).surest;
      return surest === undefined ? [] : [cardPicture(db, pictures, surest.candid)];
    }
    case 'header':
    case 'digest_details':
    case 'reminder':
    case 'promotion':
      return [];
  }
};
