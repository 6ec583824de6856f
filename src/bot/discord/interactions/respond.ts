import type { RawFile, REST } from '@discordjs/rest';
import {
  type APIInteraction,
  type APIModalInteractionResponseCallbackData,
  MessageFlags,
  InteractionResponseType as Response,
  Routes,
} from 'discord-api-types/v10';
import type { Sendable } from '../attachments.ts';

/** Ways to answer an interaction: the first within 3 seconds, the others within 15 minutes after it. */
export interface Responder {
  /** Acknowledges a click; shows nothing yet. */
  deferUpdate(): Promise<void>;
  /** Sends a private message. */
  reply(message: Sendable): Promise<void>;
  /** Shows "thinking …" privately; `edit` then gives the result. */
  deferReply(): Promise<void>;
  /** Replaces the message with the button. */
  replace(message: Sendable): Promise<void>;
  openForm(form: APIModalInteractionResponseCallbackData): Promise<void>;
  suggest(names: readonly string[]): Promise<void>;
  /** Changes the first message. */
  edit(message: Sendable): Promise<void>;
  /** Sends another private message. */
  followUp(message: Sendable): Promise<void>;
}

const EPHEMERAL = { flags: MessageFlags.Ephemeral } as const;

export const createResponder = (
  rest: REST,
  { id, token, application_id }: Pick<APIInteraction, 'id' | 'token' | 'application_id'>,
): Responder => {
  const answer = async (body: unknown, files: RawFile[] = []): Promise<void> => {
    await rest.post(Routes.interactionCallback(id, token), { body, files, auth: false });
  };
  return {
    deferUpdate: () => answer({ type: Response.DeferredMessageUpdate }),
    reply: ({ body, files }) =>
      answer({ type: Response.ChannelMessageWithSource, data: { ...body, ...EPHEMERAL } }, files),
    deferReply: () => answer({ type: Response.DeferredChannelMessageWithSource, data: EPHEMERAL }),
    replace: ({ body, files }) => answer({ type: Response.UpdateMessage, data: body }, files),
    openForm: (form) => answer({ type: Response.Modal, data: form }),
    suggest: (names) =>
      answer({
        type: Response.ApplicationCommandAutocompleteResult,
        data: { choices: names.map((name) => ({ name, value: name })) },
      }),
    edit: async ({ body, files }) => {
      await rest.patch(Routes.webhookMessage(application_id, token, '@original'), {
        body,
        files,
        auth: false,
      });
    },
    followUp: async ({ body, files }) => {
      await rest.post(Routes.webhook(application_id, token), {
        body: { ...body, ...EPHEMERAL },
        files,
        auth: false,
      });
    },
  };
};
