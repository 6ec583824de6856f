import { messageOf } from '../../lib/errors.ts';
import { IN_CHANNEL, messagesOfRound } from '../../store/chat/messages.ts';
import { allRounds } from '../../store/rounds/rounds.ts';
import type { MessageRow } from '../../store/schema.ts';
import type { FoundMessage } from '../port.ts';
import { isStanding } from './look-at-channel.ts';
import type { OutboxContext } from './outbox-context.ts';
import { happen } from './states.ts';

/** Cards and headers of older rounds stay as they are. */
const ROUNDS_BACK = 10;

/**
 * Cards and headers that the loop left behind in this channel when it moved to another one, and that were posted
 * there too: they may show buttons of what was decided there. They are found here, and drawn again as the store has
 * them. One place at a time is known of a message, from now on the one here.
 *
 * @returns false where the channel could not be looked at
 */
export const redrawLeftBehind = async ({
  db,
  chat,
  log,
}: Pick<OutboxContext, 'db' | 'chat' | 'log'>): Promise<boolean> => {
  const isElsewhere = (row: MessageRow): boolean => {
    const isThere = row.channel !== null && row.channel !== chat.channel;
    return isStanding(row) && isThere && (row.state === 'posted' || row.state === 'dropped');
  };
  const rounds = (await allRounds(db)).slice(-ROUNDS_BACK);
  const elsewhere: MessageRow[] = [];
  for (const { id } of rounds) elsewhere.push(...(await messagesOfRound(db, id)).filter(isElsewhere));
  const [first] = rounds;
  if (elsewhere.length === 0 || first === undefined) return true;
  try {
    const where = { channel: chat.channel, after: null, since: first.opened_at };
    const here = await chat.find({ ...where, thread: null });
    const drawAgain = async (found: readonly FoundMessage[], thread: string | null): Promise<void> => {
      for (const { key, place } of found) {
        const row = elsewhere.find((one) => one.key === key);
        if (row === undefined) continue;
        const sent_thread = thread ?? (row.thread_key === null ? null : IN_CHANNEL);
        // Drawn 0: whatever was wanted since is drawn here.
        const changes = { channel: place.channel, ts: place.id, sent_thread, drawn: 0, error: null };
        if (await happen(db, row, 'returned', changes))
          log.info({ key }, 'a message that was left behind here is brought up to date');
      }
    };
    await drawAgain(here, null);
    const heads = new Set(elsewhere.map(({ thread_key }) => thread_key));
    for (const { key, place } of here)
      if (heads.has(key)) await drawAgain(await chat.find({ ...where, thread: place.id }), place.id);
    return true;
  } catch (error) {
    log.debug({ error: messageOf(error) }, 'what was left behind here could not be looked for; it is later');
    return false;
  }
};
