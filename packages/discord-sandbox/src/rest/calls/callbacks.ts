import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { Core } from '../../core.ts';
import { ids } from '../../guild/ids.ts';
import { messageFlags, type StoredMessage } from '../../guild/types.ts';
import { callbackType, type InteractionState, interactionType } from '../../interactivity/interactions.ts';
import { checkOneOf, required } from '../../validate/problems.ts';
import { checkChoices, optionType } from '../../validate/validate-commands.ts';
import { checkModal } from '../../validate/validate-modal.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { needContent } from '../channel-access.ts';
import { attach, type Content, contentOf, refuseEmpty } from '../message-content.ts';
import { type Answer, type Call, noContent, ok, param, type Route } from '../route.ts';

const { message, deferredMessage, deferredUpdate, updateMessage, choices, modal } = callbackType;

/** Allowed answers by interaction type; updates need a message. */
const allowed = ({ type, source }: InteractionState): readonly number[] => {
  const updates = source === undefined ? [] : [deferredUpdate, updateMessage];
  switch (type) {
    case interactionType.autocomplete:
      return [choices];
    case interactionType.modalSubmit:
      return [message, deferredMessage, ...updates];
    default:
      return [message, deferredMessage, ...updates, modal];
  }
};

const respond = (call: Call): Answer => {
  const { core, body, query } = call;
  const found = core.interactions.waiting(param(call, 'interaction'), param(call, 'token'));
  if (found === 'unknown') return refuse('unknownInteraction');
  if (found === 'answered') return refuse('alreadyAnswered');
  refuseForm(checkOneOf(body.type, ['type'], allowed(found)));
  const data = isObject(body.data) ? body.data : {};
  const made = carryOut(call, found, Number(body.type), data);
  core.interactions.answer(found, {
    callback: Number(body.type),
    message: made?.id,
    ...(body.type === choices ? { choices: choicesOf(data) } : {}),
  });
  if (query.get('with_response') !== 'true') return noContent;
  return ok({
    interaction: {
      id: found.id,
      type: found.type,
      response_message_id: made?.id,
      response_message_loading: made !== undefined && (made.flags & messageFlags.loading) !== 0,
      response_message_ephemeral: made?.ephemeral_to !== undefined,
    },
    resource: { type: body.type, ...(made === undefined ? {} : { message: core.payloads.message(made) }) },
  });
};

/** Carries out a first answer; returns the message that it made or changed. */
const carryOut = (
  call: Call,
  interaction: InteractionState,
  type: number,
  data: JsonObject,
): StoredMessage | undefined => {
  const { core } = call;
  switch (type) {
    case message: {
      const content = contentOf(call, data, ['data']);
      const posted = answerWith(content, interaction, core);
      interaction.original = posted.id;
      return posted;
    }
    case deferredMessage: {
      const flags = typeof data.flags === 'number' ? data.flags : 0;
      const waiting = core.guild.post({
        ...answerDraft(interaction, flags),
        flags: (flags & messageFlags.ephemeral) | messageFlags.loading,
      });
      interaction.original = waiting.id;
      interaction.awaited = true;
      return waiting;
    }
    case deferredUpdate:
      interaction.original = interaction.source ?? null;
      return undefined;
    case updateMessage: {
      const content = contentOf(call, data, ['data']);
      const source = core.guild.storage.message(interaction.source ?? '0') ?? refuse('unknownMessage');
      interaction.original = source.id;
      return rewrite(source, content, core);
    }
    case choices:
      refuseForm(
        data.choices === undefined
          ? [required(['data', 'choices'])]
          : checkChoices(data.choices, ['data', 'choices'], typeOfChoices(data)),
      );
      return undefined;
    default:
      openModal(interaction, data, core);
      return undefined;
  }
};

/** Choices of a text option are texts; those of a number option are numbers. */
const typeOfChoices = (data: JsonObject): number =>
  objectsOf(data.choices).some(({ value }) => typeof value === 'number')
    ? optionType.number
    : optionType.string;

const choicesOf = (data: JsonObject): { name: string; value: string | number }[] =>
  objectsOf(data.choices).map(({ name, value }) => ({
    name: String(name),
    value: typeof value === 'number' ? value : String(value),
  }));

const openModal = (interaction: InteractionState, data: JsonObject, core: Core): void => {
  refuseForm(checkModal(data, ['data']));
  core.modals.open(interaction.user, {
    customId: String(data.custom_id),
    title: String(data.title),
    components: objectsOf(data.components),
    channel: interaction.channel,
    source: interaction.source,
  });
};

const answerDraft = (interaction: InteractionState, flags: number) => ({
  channel_id: interaction.channel,
  author: ids.bot,
  ...(interaction.type === interactionType.command ? { type: 20 } : {}),
  ...(interaction.source !== undefined && (flags & messageFlags.ephemeral) === 0
    ? { type: 19, reply_to: interaction.source }
    : {}),
  ...((flags & messageFlags.ephemeral) === 0 ? {} : { ephemeral_to: interaction.user }),
  interaction: {
    id: interaction.id,
    type: interaction.type,
    user: interaction.user,
    ...(interaction.name === undefined ? {} : { name: interaction.name }),
  },
});

/** Posts an answer where the person acted. This needs no permission to write, but embeds and files need theirs. */
export const answerWith = (content: Content, interaction: InteractionState, core: Core): StoredMessage => {
  refuseEmpty(content.parts, content.files.length);
  needParts(content, interaction.channel, core);
  const id = core.guild.nextId();
  return core.guild.post({
    ...answerDraft(interaction, content.flags),
    ...content.parts,
    id,
    flags: content.flags & (messageFlags.ephemeral | messageFlags.suppressEmbeds),
    attachments: attach(content, { id, attachments: [] }, core),
  });
};

/** Replaces a message's content; absent fields stay. It also completes a deferred answer. */
export const rewrite = (before: StoredMessage, content: Content, core: Core): StoredMessage => {
  needParts(content, before.channel_id, core);
  const attachments = attach(content, before, core);
  const next: StoredMessage = {
    ...before,
    ...content.parts,
    attachments,
    flags: before.flags & ~messageFlags.loading,
  };
  refuseEmpty(next, attachments.length);
  const promised = (before.flags & messageFlags.loading) !== 0;
  return core.guild.update(next, !promised);
};

const needParts = (content: Content, channelId: string, core: Core): void => {
  const channel = core.guild.channel(channelId) ?? refuse('unknownChannel');
  if (channel.thread?.archived === true) refuse('archivedThread');
  const embeds = (content.parts.embeds ?? []).length > 0;
  needContent(channel, { embeds, files: content.files.length > 0 }, core);
};

export const callbackRoutes: readonly Route[] = [
  {
    name: 'create-interaction-response',
    method: 'POST',
    path: '/interactions/:interaction/:token/callback',
    rate: null,
    open: true,
    run: respond,
  },
];
