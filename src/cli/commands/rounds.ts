import { Command } from 'commander';
import { type Environment, readConfig } from '../../config/config.ts';
import { FinkvraError } from '../../lib/errors.ts';
import { endRound } from '../../loop/rounds/end-round-early.ts';
import { openExistingStore } from '../cli-store.ts';
import type { Output } from '../output.ts';

interface CloseFlags {
  readonly abandon?: boolean;
  readonly json?: boolean;
}

/** Who closed a round, for its header. */
const BY = 'an operator at the command line';

export const roundsCommand = (output: Output, env: Environment): Command => {
  const command = new Command('rounds');
  command
    .command('close')
    .description('close the open round now: open candidates are withdrawn, answers are kept')
    .option('--abandon', 'train no model')
    .option('--json', 'print one JSON document')
    .action(async (flags: CloseFlags) => {
      const db = await openExistingStore(readConfig(env), output);
      try {
        const as = flags.abandon === true ? 'abandoned' : 'early';
        const ended = await endRound(db, { as, by: BY }, () => new Date());
        if (ended.kind === 'none')
          throw new FinkvraError(
            'No round is open. See finkvra status; the service (npm start) opens the next one on schedule.',
          );
        const { number } = ended.round;
        if (ended.kind === 'training')
          throw new FinkvraError(
            `All candidates of round ${number} are answered and its model is training: the round closes by itself.`,
          );
        const { withdrawn } = ended;
        if (flags.json === true) output.print(JSON.stringify({ round: number, as, withdrawn }, null, 2));
        else
          output.print(
            as === 'early'
              ? `Round ${number} is closed early, ${withdrawn} unanswered. The service trains a model within a minute, or at its next start.`
              : `Round ${number} is abandoned, ${withdrawn} unanswered. Its answers are kept.`,
          );
      } finally {
        await db.destroy();
      }
    });
  return command;
};
