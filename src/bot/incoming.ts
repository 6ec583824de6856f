import { messageOf } from '../lib/errors.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { learnName } from '../loop/answers/learn-name.ts';
import { cardKey, promotionKey } from '../loop/round-messages.ts';
import { findMessage, messageById, wantRedraw } from '../store/chat/messages.ts';
import { championModel, modelOfRound } from '../store/rounds/models.ts';
import { type Access, AccessUnknown } from './access.ts';
import type { BotContext } from './bot-context.ts';
import {
  NOT_KEPT,
  NOT_KNOWN_WHO,
  noteOnAnswer,
  noteOnDisagreement,
  noteOnHints,
  noteOnRelabel,
  noteOnSettling,
  noteOnUndo,
} from './content/note-content.ts';
import type { Note, Reply, TextNote } from './content/said.ts';
import { happen, TRANSITIONS } from './outbox/states.ts';
import type { Answered, Click, Incoming, Outcome, Person } from './port.ts';
import { readHints } from './readings/read-card.ts';
import { createReviewing } from './review-mode.ts';
import { suggestObjects } from './suggest-objects.ts';
import { words } from './words/index.ts';
import type { Word } from './words/word.ts';

const NAMES = [...words.map(({ word }) => word), 'help'];
const REFUSED: Record<'label' | 'operate', { readonly kind: 'refused'; readonly what: 'label' | 'operate' }> =
  {
    label: { kind: 'refused', what: 'label' },
    operate: { kind: 'refused', what: 'operate' },
  };

/** A click in the form that the loop takes. */
const byPerson = ({ person, click, candidateId, answer, remark }: Answered) => ({
  candidateId,
  answer,
  remark: remark ?? null,
  userId: person.id,
  userName: person.name,
  click,
});

/** Promotes the model of a promotion message. @returns the reason if it is too late, else null */
const promoteModel = async (round: number, { db, loop, wake }: BotContext): Promise<string | null> => {
  const asked = await modelOfRound(db, round);
  const champion = asked === undefined ? undefined : await championModel(db, asked.model_type);
  if (champion === undefined || champion.round < round) {
    await loop.promote(round);
    return null;
  }
  // An older question: its message must show the outcome too.
  if (asked?.round_id != null) await wantRedraw(db, [promotionKey(asked.round_id)]);
  wake();
  return champion.round === round
    ? `The model of round ${round} is the champion already.`
    : `The champion is the model of round ${champion.round} by now. \`finkvra models\` in a terminal can go back to an older one.`;
};

const isAllowed = async ({ who }: Word, person: Person, { chat }: BotContext): Promise<boolean> => {
  switch (who) {
    case 'anyone':
      return true;
    case 'label':
      return chat.access.mayLabel(person);
    case 'operate':
      return chat.access.mayOperate(person);
  }
};

const answerWord = async (person: Person, said: string, context: BotContext): Promise<Reply> => {
  const [first = '', ...rest] = said.trim().split(/\s+/);
  const word = first === '' ? 'status' : first.toLowerCase();
  const known = words.find((one) => one.word === word);
  if (known === undefined) {
    const unknown = word === 'help' ? null : { word, nearest: nearestWord(word, NAMES) };
    return { kind: 'help', words, unknown };
  }
  if (!(await isAllowed(known, person, context))) return REFUSED[known.who === 'label' ? 'label' : 'operate'];
  return known.answer({ person, rest: rest.join(' ') }, context);
};

/** Whoever clicks a card proves that it was posted, even if the chat never confirmed the post. */
const settleByClick = async (
  { db, chat, wake, log }: BotContext,
  { on, candidateId }: Pick<Click, 'on'> & { readonly candidateId: number },
): Promise<void> => {
  if (on === null || on.channel !== chat.channel) return;
  const row = await findMessage(db, cardKey(candidateId));
  if (row === undefined || row.ts !== null || TRANSITIONS[row.state].clicked === undefined) return;
  // The card may be outdated: drawn 0 redraws it if a change was requested since.
  if (!(await happen(db, row, 'clicked', { channel: on.channel, ts: on.id, drawn: 0, error: null }))) return;
  log.info({ key: row.key }, 'a click proves that a message is in the channel');
  wake();
};

const text = (said: string): TextNote => ({ kind: 'text', text: said });

/** The refusal for a person who may not label; null if they may. */
const refusalToLabel = async (person: Person, access: Access): Promise<Note | null> => {
  try {
    return (await access.mayLabel(person)) ? null : REFUSED.label;
  } catch (error) {
    if (!(error instanceof AccessUnknown)) throw error;
    return text(NOT_KNOWN_WHO);
  }
};

/** Handles clicks and commands of any chat. */
export const createIncoming = (context: BotContext): Incoming => {
  const { loop, db, chat, appHome, reading, modelType, log, wake } = context;
  const { access } = chat;
  const refusalTo = (person: Person): Promise<Note | null> => refusalToLabel(person, access);
  const ifMayLabel = async (person: Person, work: () => Promise<Note | null>): Promise<Outcome> => ({
    note: (await refusalTo(person)) ?? (await work()),
  });

  return {
    answer: async (given) => {
      await settleByClick(context, given);
      return ifMayLabel(given.person, async () => {
        const outcome = await loop.answer(byPerson(given));
        if (outcome.kind === 'counted' && reading.hints === 'after')
          return noteOnHints(
            outcome,
            await readHints(reading, given.candidateId, given.person.id),
            modelType,
          );
        return noteOnAnswer(outcome, given.person.id, modelType);
      });
    },
    undo: async ({ person, click, candidateId, on }) => {
      await settleByClick(context, { on, candidateId });
      const given = { candidateId, userId: person.id, userName: person.name, click };
      return { note: noteOnUndo(await loop.undo(given)) };
    },
    disagree: (given) =>
      ifMayLabel(given.person, async () =>
        noteOnDisagreement(await loop.disagree(byPerson(given)), given.answer, modelType),
      ),
    promote: async ({ person, round }) => {
      try {
        if (!(await access.mayOperate(person))) return { note: REFUSED.operate };
        const said = await promoteModel(round, context);
        return { note: said === null ? null : text(said) };
      } catch (error) {
        if (error instanceof AccessUnknown) return { note: text(NOT_KNOWN_WHO) };
        log.warn({ round, error: messageOf(error) }, 'the model was not promoted');
        return { note: text(`Not promoted: ${messageOf(error)}`) };
      }
    },
    settle: async ({ person, messageId, there }) => {
      if (!(await access.mayOperate(person))) return { note: REFUSED.operate };
      const row = await messageById(context.db, messageId);
      const settled =
        row?.state === 'unsure' &&
        (await happen(context.db, row, there ? 'told-there' : 'told-absent', { drawn: 0, error: null }));
      context.wake();
      return { note: noteOnSettling(settled, there) };
    },
    relabel: async ({ person, ...correction }) => {
      try {
        if (!(await access.mayLabel(person))) {
          const why = 'You may not label here. Those who run the loop can add you (LABELLERS).';
          return { kept: false, why };
        }
        const outcome = await loop.relabel({ ...correction, userId: person.id, userName: person.name });
        return { kept: true, note: noteOnRelabel(outcome, modelType) };
      } catch (error) {
        if (error instanceof AccessUnknown) return { kept: false, why: NOT_KNOWN_WHO };
        log.error({ error: messageOf(error) }, 'a correction was not kept');
        return { kept: false, why: NOT_KEPT };
      }
    },
    word: async ({ person, text: said }) => {
      try {
        return await answerWord(person, said, context);
      } catch (error) {
        if (error instanceof AccessUnknown) return text(NOT_KNOWN_WHO);
        log.error({ command: said, error: messageOf(error) }, 'a command failed');
        return text('This did not work; the service’s log says why. Trying again may help.');
      }
    },
    named: async ({ id, name }) => {
      if (await learnName(db, id, name)) wake();
    },
    home: ({ id }) => appHome.opened(id),
    page: context.page,
    suggest: (given) => suggestObjects(context, given),
    ...createReviewing(context, refusalTo),
  };
};
