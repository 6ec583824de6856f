import { type APIMessageComponentInteraction, MessageFlags } from 'discord-api-types/v10';
import { OLD_BUTTON } from '../../content/note-content.ts';
import type { Place } from '../../port.ts';
import { answerIn, readCustomId } from '../messages/custom-ids.ts';
import { answerWord } from './answer-word.ts';
import type { InteractionContext, Taken } from './context.ts';
import { storeThenAcknowledge } from './store-then-acknowledge.ts';
import { beginReview, beginReviewAgain, openRemark, takeReviewStep } from './take-review.ts';
import { whereOf } from './where.ts';

const number = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

/** A person pressed a button or chose from a menu. */
export const takeComponent = async (
  interaction: APIMessageComponentInteraction,
  taken: Taken,
  context: InteractionContext,
): Promise<void> => {
  const { incoming, log } = context;
  const { person, id: click, responder } = taken;
  const { message, data } = interaction;
  const { action, args } = readCustomId(data.custom_id);
  const chosen = 'values' in data ? data.values[0] : undefined;
  const isPrivate = ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  const on: Place | null = isPrivate ? null : { channel: whereOf(interaction).channel, id: message.id };
  const by = { person, click, on };
  const keep = (work: () => ReturnType<typeof incoming.answer>, replaces = isPrivate): Promise<void> =>
    storeThenAcknowledge(
      taken,
      context,
      work,
      replaces
        ? { answer: 'replace' }
        : {
            answer: 'change',
            onChange: () => {
              if (on !== null) context.clicked(on, interaction.application_id, interaction.token);
            },
          },
    );
  const [first, second] = args;
  const candidate = number(first);
  switch (action) {
    case 'answer': {
      const given = answerIn(first, second);
      if (given !== null) return keep(() => incoming.answer({ ...given, ...by }));
      break;
    }
    case 'finer': {
      const given = answerIn(chosen, first);
      if (given !== null) return keep(() => incoming.answer({ ...given, ...by }));
      break;
    }
    case 'undo':
      if (candidate !== null) return keep(() => incoming.undo({ candidateId: candidate, ...by }));
      break;
    case 'disagree': {
      const given = answerIn(chosen, first);
      if (given !== null) return keep(() => incoming.disagree({ ...given, ...by }));
      break;
    }
    case 'stand': {
      const given = answerIn(first, second);
      if (given !== null) return keep(() => incoming.disagree({ ...given, ...by }));
      break;
    }
    case 'promote':
      if (candidate !== null) return keep(() => incoming.promote({ person, round: candidate }));
      break;
    case 'there':
    case 'absent':
      if (candidate !== null)
        return keep(() => incoming.settle({ person, messageId: candidate, there: action === 'there' }), true);
      break;
    case 'word':
      if (first !== undefined) return answerWord(args.join(' '), taken, context);
      break;
    case 'remark':
    case 'review-remark':
      if (candidate !== null) return openRemark(args, taken, context);
      break;
    case 'review':
      return isPrivate ? beginReviewAgain(taken, context) : beginReview(taken, context);
    case 'form':
      if (first !== undefined) return answerWord(`relabel ${first}`, taken, context);
      break;
  }
  if (await takeReviewStep(action, args, taken, context)) return;
  log.warn({ custom_id: data.custom_id }, 'unknown button of another version');
  await responder.reply(taken.note({ kind: 'text', text: OLD_BUTTON }));
};
