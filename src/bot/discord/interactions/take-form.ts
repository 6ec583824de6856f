import type { APIModalSubmitInteraction } from 'discord-api-types/v10';
import type { Remark } from '../../../loop/answers/record-answer.ts';
import { isAnswer } from '../../../pipeline/learning/answers.ts';
import type { AnswerValue } from '../../../store/schema.ts';
import { OLD_BUTTON } from '../../content/note-content.ts';
import type { Sendable } from '../attachments.ts';
import { customId, readCustomId } from '../messages/custom-ids.ts';
import { FIELDS } from '../messages/forms.ts';
import { noteMarkdown } from '../messages/markdown.ts';
import { button, message, row } from '../messages/message.ts';
import type { InteractionContext, Taken } from './context.ts';
import { storeThenAcknowledge } from './store-then-acknowledge.ts';
import { takeRemarkInReview } from './take-review.ts';
import { whereOf } from './where.ts';

/** The fields' values by custom_id. */
const valuesOf = ({ data }: APIModalSubmitInteraction): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  for (const part of data.components) {
    const inputs = 'component' in part ? [part.component] : 'components' in part ? part.components : [];
    for (const input of inputs) {
      if ('value' in input && typeof input.value === 'string') values.set(input.custom_id, input.value);
      else if ('values' in input) values.set(input.custom_id, input.values[0] ?? '');
    }
  }
  return values;
};

/** Discord has closed the form, so the problem is shown with a button that opens it again. */
const withWayBack = (why: string, objectId: string, { attachments }: InteractionContext): Sendable =>
  attachments.toPost(
    message({
      content: noteMarkdown(why),
      components: [row(button(customId('form', [objectId], null), 'Open the form again'))],
    }),
  );

/** A person submitted a correction. */
const takeRelabel = async (
  objectId: string,
  answer: AnswerValue,
  note: string | null,
  taken: Taken,
  context: InteractionContext,
): Promise<void> => {
  let why: string | null = null;
  await storeThenAcknowledge(
    { ...taken, note: (said) => (why === null ? taken.note(said) : withWayBack(why, objectId, context)) },
    context,
    async () => {
      const outcome = await context.incoming.relabel({ person: taken.person, objectId, answer, note });
      if (!outcome.kept) why = outcome.why;
      return { note: outcome.kept ? outcome.note : { kind: 'text', text: outcome.why } };
    },
    { answer: 'reply' },
  );
};

/** A person submitted an answer with a comment, from a card or a review. */
const takeRemark = async (
  interaction: APIModalSubmitInteraction,
  [candidate, ...place]: readonly string[],
  given: { readonly answer: AnswerValue; readonly remark: Remark },
  taken: Taken,
  context: InteractionContext,
): Promise<void> => {
  const answered = { candidateId: Number(candidate), ...given, click: taken.id };
  if (place.length > 0) return takeRemarkInReview({ kind: 'answer', ...answered }, place, taken, context);
  const { message: card } = interaction;
  const on = card === undefined ? null : { channel: whereOf(interaction).channel, id: card.id };
  await storeThenAcknowledge(
    taken,
    context,
    () => context.incoming.answer({ ...answered, person: taken.person, on }),
    {
      answer: 'change',
      onChange: () => {
        if (on !== null) context.clicked(on, interaction.application_id, interaction.token);
      },
    },
  );
};

export const takeForm = async (
  interaction: APIModalSubmitInteraction,
  taken: Taken,
  context: InteractionContext,
): Promise<void> => {
  const { action, args } = readCustomId(interaction.data.custom_id);
  const [first] = args;
  if ((action !== 'relabel' && action !== 'remark') || first === undefined) {
    context.log.warn({ custom_id: interaction.data.custom_id }, 'unknown form of another version');
    await taken.responder.reply(taken.note({ kind: 'text', text: OLD_BUTTON }));
    return;
  }
  const values = valuesOf(interaction);
  const answer = values.get(FIELDS.answer) ?? '';
  const text = values.get(FIELDS.note)?.trim() ?? '';
  const note = text === '' ? null : text;
  if (!isAnswer(answer)) {
    const why = 'Nothing was stored: choose an answer.';
    await taken.responder.reply(
      action === 'relabel' ? withWayBack(why, first, context) : taken.note({ kind: 'text', text: why }),
    );
    return;
  }
  if (action === 'relabel') return takeRelabel(first, answer, note, taken, context);
  const remark = { note, unsure: values.get(FIELDS.unsure) === 'unsure' };
  await takeRemark(interaction, args, { answer, remark }, taken, context);
};
