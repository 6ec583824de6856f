import { parseDigest } from '../../loop/digest/digest.ts';
import { fileIdOf } from '../../store/chat/uploads.ts';
import { findCandidate } from '../../store/rounds/rounds.ts';
import type { MessageRow } from '../../store/schema.ts';
import { digestContent } from '../content/digest-content.ts';
import type { ChannelMessage, Said } from '../content/said.ts';
import { cardPictureKey, chartPictureKey } from '../message-pictures.ts';
import { found, type ReadOptions, readCard } from './read-card.ts';
import { readHeader, readReminder } from './read-header.ts';
import { readPromotion, readReport } from './read-report.ts';

type About = ChannelMessage['about'];

const readCardMessage = async (
  options: ReadOptions,
  row: MessageRow,
): Promise<{ said: Said; about: About }> => {
  const candidateId = found(row.candidate_id, `candidate of ${row.key}`);
  const candidate = found(await findCandidate(options.db, candidateId), `candidate ${candidateId}`);
  const picture = row.plainness < 2 ? await fileIdOf(options.db, cardPictureKey(candidate.candid)) : null;
  return {
    said: { kind: 'card', card: await readCard(options, candidateId), picture },
    about: { candid: candidate.candid, object: candidate.object_id },
  };
};

const readReportMessage = async (options: ReadOptions, row: MessageRow): Promise<Said> => {
  const roundId = found(row.round_id, `round of ${row.key}`);
  const report = await readReport(options, roundId);
  if (row.kind === 'report_details') return { kind: 'report_details', report };
  const picture = row.plainness < 2 ? await fileIdOf(options.db, chartPictureKey(roundId)) : null;
  return { kind: 'report', report, picture };
};

const readDigestMessage = async ({ db }: ReadOptions, row: MessageRow): Promise<Said> => {
  const digest = parseDigest(found(row.payload, `payload of ${row.key}`));
  if (row.kind === 'digest_details') return { kind: 'digest_details', digest: digestContent(digest) };
  const [surest] = digest.surest;
  const picture =
    surest === undefined || row.plainness >= 2 ? null : await fileIdOf(db, cardPictureKey(surest.candid));
  return { kind: 'digest', digest: digestContent(digest), picture };
};

const readSaid = async (
  options: ReadOptions,
  row: MessageRow,
): Promise<{ readonly said: Said; readonly about: About }> => {
  const roundId = (): number => found(row.round_id, `round of ${row.key}`);
  const { db } = options;
  switch (row.kind) {
    case 'card':
      return readCardMessage(options, row);
    case 'header':
      return { said: { kind: 'header', header: await readHeader(options, roundId()) }, about: {} };
    case 'report':
    case 'report_details':
      return { said: await readReportMessage(options, row), about: {} };
    case 'digest':
    case 'digest_details':
      return { said: await readDigestMessage(options, row), about: {} };
    case 'promotion':
      return { said: { kind: 'promotion', promotion: await readPromotion(db, roundId()) }, about: {} };
    case 'reminder': {
      const reminder = await readReminder(options, roundId(), new Date(row.created_at));
      return { said: { kind: 'reminder', reminder }, about: {} };
    }
  }
};

/** Reads a message from the store. The chat's copy is never read back. */
export const readMessage = async (options: ReadOptions, row: MessageRow): Promise<ChannelMessage> => {
  const { said, about } = await readSaid(options, row);
  return {
    key: row.key,
    said,
    about: {
      kind: row.kind,
      ...(row.round_id === null ? {} : { round: row.round_id }),
      ...(row.candidate_id === null ? {} : { candidate: row.candidate_id }),
      ...about,
    },
  };
};
