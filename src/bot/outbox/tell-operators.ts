import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { lastVoters } from '../../store/answers/answers.ts';
import { markAsked } from '../../store/chat/messages.ts';
import type { Db } from '../../store/open-store.ts';
import type { MessageRow } from '../../store/schema.ts';
import { noteOnDoubt } from '../content/note-content.ts';
import type { Note } from '../content/said.ts';
import type { Chat } from '../port.ts';

/** Where everybody may run the loop, this many of those who answered last are told. */
const MOST_TOLD = 5;
/** So many are looked at for some that are of this chat. */
const MOST_ASKED = 100;

interface TellContext {
  readonly db: Db;
  readonly chat: Pick<Chat, 'tell' | 'operators' | 'isOurs'>;
  readonly log: Logger;
}

/** Those who run the loop, or who answered last; whoever answered in another chat cannot be told here. */
const peopleToTell = async (chat: TellContext['chat'], db: Db): Promise<readonly string[]> =>
  (await chat.operators()) ?? (await lastVoters(db, MOST_ASKED)).filter(chat.isOurs).slice(0, MOST_TOLD);

/**
 * Says something to those who run the loop, each in their own conversation with the bot. Never rejects.
 * @returns whether it reached somebody
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
    log.debug({ error: messageOf(error) }, 'it is not known whom to tell');
  }
  return reached;
};

/** Asks those who run the loop to look for a message that the bot cannot find out about. */
export const askOperators = async (
  context: TellContext & { readonly clock: () => Date },
  row: MessageRow,
): Promise<void> => {
  if (row.sent_at === null) return;
  const doubt = { messageId: row.id, key: row.key, sentAt: row.sent_at };
  if (await tellOperators(context, noteOnDoubt(doubt)))
    await markAsked(context.db, row.id, context.clock().toISOString());
};
