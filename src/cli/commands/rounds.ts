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

/** Who ended a round, as its header says it. */
const BY = 'an operator at the command line';

export const roundsCommand = (output: Output, env: Environment): Command => {
  const command = new Command('rounds');
  command
    .command('close')
    .description('end the open round now: what is not answered is not asked any more, answers are kept')
    .option('--abandon', 'train no model on it')
    .option('--json', 'print one JSON document')
    .action(async (flags: CloseFlags) => {
      const db = await openExistingStore(readConfig(env), output);
      try {
        const as = flags.abandon === true ? 'abandoned' : 'early';
        const ended = await endRound(db, { as, by: BY }, () => new Date());
        if (ended.kind === 'none')
          throw new FinkvraError(
            'No round is open: finkvra status says how things stand; npm start opens the next one at its time.',
          );
        const { number } = ended.round;
        if (ended.kind === 'training')
          throw new FinkvraError(
            `Round ${number} is answered, and its model is training: it closes by itself.`,
          );
        const { withdrawn } = ended;
        if (flags.json === true) output.print(JSON.stringify({ round: number, as, withdrawn }, null, 2));
        else
          output.print(
            as === 'early'
              ? `Round ${number} is ended, ${withdrawn} unanswered. The service trains on it within a minute, or at its next start.`
              : `Round ${number} is given up, ${withdrawn} unanswered. Its answers are kept.`,
          );
      } finally {
        await db.destroy();
      }
    });
  return command;
};
