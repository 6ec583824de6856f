import { wantMessage, wantRedraw } from '../../store/chat/messages.ts';
import { inTransaction } from '../../store/open-store.ts';
import { insertModel } from '../../store/rounds/models.ts';
import { closeRound as markClosed } from '../../store/rounds/rounds.ts';
import { insertTrackingJob } from '../../store/rounds/tracking.ts';
import type { RoundRow } from '../../store/schema.ts';
import type { LoopContext } from '../context.ts';
import { freezeRound } from '../reports/freeze-round.ts';
import { headerKey, promotionKey, reportDetailsKey, reportKey } from '../round-messages.ts';
import { promoteIfSound } from './champion.ts';
import type { RoundReport } from './round-report.ts';

/** What a round's training made. */
export interface NewModel {
  readonly row: Parameters<typeof insertModel>[1];
  /** The jobs for MLflow; null without a server. */
  readonly work: string | null;
}

/**
 * Closes a round in one transaction: its frozen report and, if a model was trained, the model and its jobs for
 * MLflow.
 * @returns null when another process closed it first
 */
export const closeRound = (
  { db, clock, tracking, log, rounds }: LoopContext,
  round: RoundRow,
  said: RoundReport,
  model: NewModel | null,
): Promise<{ readonly report: RoundReport; readonly modelId: number | null } | null> =>
  inTransaction(db, async (trx) => {
    const at = clock().toISOString();
    const report = { ...said, frozen: await freezeRound(trx, round, rounds.answersPerCandidate) };
    if (!(await markClosed(trx, round.id, JSON.stringify(report), at))) return null;
    let modelId: number | null = null;
    if (model !== null) {
      const id = await insertModel(trx, model.row);
      modelId = id;
      if (model.work !== null) await insertTrackingJob(trx, { modelId: id, work: model.work, at });
      // After the round's own job: the alias needs the version that it makes.
      const promoted = await promoteIfSound(
        trx,
        { id, type: round.model_type, round: round.number, report },
        tracking,
        at,
      );
      if (!promoted) {
        log.warn({ round: round.number }, 'the model did worse than noise explains: the channel is asked');
        await wantMessage(trx, { key: promotionKey(round.id), kind: 'promotion', roundId: round.id, at });
      }
    }
    const about = { roundId: round.id, at };
    const key = reportKey(round.id);
    await wantMessage(trx, { ...about, key, kind: 'report' });
    await wantMessage(trx, {
      ...about,
      key: reportDetailsKey(round.id),
      kind: 'report_details',
      threadKey: key,
    });
    await wantRedraw(trx, [headerKey(round.id)]);
    return { report, modelId };
  });
