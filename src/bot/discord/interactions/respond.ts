import type { RawFile, REST } from '@discordjs/rest';
import {
  type APIInteraction,
  type APIModalInteractionResponseCallbackData,
  MessageFlags,
  InteractionResponseType as Response,
  Routes,
} from 'discord-api-types/v10';
import type { Sendable } from '../attachments.ts';

/** How an interaction is answered: the first of these within 3 seconds, the others within 15 minutes after it. */
export interface Responder {
  /** Takes note of a click; nothing is shown yet. */
  deferUpdate(): Promise<void>;
  /** Says something to that person alone. */
  reply(message: Sendable): Promise<void>;
  /** Shows that person alone that it is worked on; `edit` says what came of it. */
  deferReply(): Promise<void>;
  /** Puts something else in the place of the message with the button that was pressed. */
  replace(message: Sendable): Promise<void>;
  openForm(form: APIModalInteractionResponseCallbackData): Promise<void>;
  suggest(names: readonly string[]): Promise<void>;
  /** Changes what was said first. */
  edit(message: Sendable): Promise<void>;
  /** Says one thing more to that person alone. */
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
