import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { lastVoters } from '../../store/answers/answers.ts';
import { markAsked } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import { noteOnDoubt } from '../content/note-content.ts';
import type { Note } from '../content/said.ts';
import type { Chat } from '../port.ts';

/** If everyone may operate, this many of the last voters are told. */
const MOST_TOLD = 5;
/** Voters examined to find some of this chat. */
const MOST_ASKED = 100;

interface TellContext {
  readonly db: Db;
  readonly chat: Pick<Chat, 'tell' | 'operators' | 'isOurs'>;
  readonly log: Logger;
}

/** The operators, or the last voters. People of another chat cannot be told here. */
const peopleToTell = async (chat: TellContext['chat'], db: Db): Promise<readonly string[]> =>
  (await chat.operators()) ?? (await lastVoters(db, MOST_ASKED)).filter(chat.isOurs).slice(0, MOST_TOLD);

/**
 * Sends a note to each operator privately. Never rejects.
 * @returns whether it reached anybody
 */
export const tellOperators = async ({ db, chat, log }: TellContext, note: Note): Promise<boolean> => {
  let reached = false;
  try {
    for (const person of await peopleToTell(chat, db)) {
      try {
        await chat.tell(person, note);
        reached = true;
      } catch (error) {
        log.debug({ person, error: messageOf(error) }, 'an operator could not be told');
      }
    }
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'the operators could not be found');
  }
  return reached;
};

/** Asks the operators to look for a message whose post was never confirmed. */
export const askOperators = async (
  context: TellContext & { readonly clock: () => Date },
  row: MessageRow,
): Promise<void> => {
  if (row.sent_at === null) return;
  const doubt = { messageId: row.id, key: row.key, sentAt: row.sent_at };
  if (await tellOperators(context, noteOnDoubt(doubt)))
    await markAsked(context.db, row.id, context.clock().toISOString());
};
