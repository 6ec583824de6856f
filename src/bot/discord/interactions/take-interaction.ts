import type { REST } from '@discordjs/rest';
import { type APIInteraction, InteractionType } from 'discord-api-types/v10';
import { messageOf } from '../../../lib/errors.ts';
import type { Person } from '../../port.ts';
import { personOf } from '../ids.ts';
import { noteMessage } from '../messages/note-message.ts';
import type { RoleAccess } from '../role-access.ts';
import type { InteractionContext, Taken } from './context.ts';
import { createResponder } from './respond.ts';
import { takeAutocomplete, takeCommand } from './take-command.ts';
import { takeComponent } from './take-component.ts';
import { takeForm } from './take-form.ts';
import { whereOf } from './where.ts';

const MOST_REMEMBERED = 1000;

export interface TakeOptions extends InteractionContext {
  /** The client for answers to interactions. */
  readonly answers: REST;
  readonly access: Pick<RoleAccess, 'saw'>;
  readonly channel: string;
}

/** The person, with the roles in the event; direct messages carry none. */
const whoDid = ({ member, user }: APIInteraction): Person | null => {
  const them = member?.user ?? user;
  if (them === undefined) return null;
  return {
    id: personOf(them.id),
    name: member?.nick ?? them.global_name ?? them.username,
    ...(member === undefined ? {} : { groups: member.roles }),
  };
};

/**
 * Handles interactions from the channel, its threads and direct messages; each once, however often it is
 * delivered; and always answers.
 */
export const createTaker = (options: TakeOptions) => {
  const { answers, access, channel, incoming, attachments, rights, log } = options;
  const seen = new Set<string>();
  const names = new Map<string, string>();

  /** Whether it is new. Discord repeats interactions after a broken connection. */
  const isNew = (id: string): boolean => {
    if (seen.has(id)) return false;
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > MOST_REMEMBERED && oldest !== undefined) seen.delete(oldest);
    return true;
  };

  const meet = async (person: Person): Promise<void> => {
    await access.saw(person);
    if (names.get(person.id) === person.name) return;
    names.set(person.id, person.name);
    try {
      await incoming.named(person);
    } catch (error) {
      names.delete(person.id);
      log.debug({ error: messageOf(error) }, 'a name could not be stored');
    }
  };

  const route = async (interaction: APIInteraction, taken: Taken): Promise<void> => {
    switch (interaction.type) {
      case InteractionType.ApplicationCommand:
        return takeCommand(interaction, taken, options);
      case InteractionType.ApplicationCommandAutocomplete:
        return takeAutocomplete(interaction, taken, options);
      case InteractionType.MessageComponent:
        return takeComponent(interaction, taken, options);
      case InteractionType.ModalSubmit:
        return takeForm(interaction, taken, options);
      case InteractionType.Ping:
        return;
    }
  };

  return async (interaction: APIInteraction, replayed: boolean): Promise<void> => {
    const person = whoDid(interaction);
    if (person === null || !isNew(interaction.id)) return;
    const responder = createResponder(answers, interaction);
    const taken: Taken = {
      person,
      responder,
      id: interaction.id,
      replayed,
      note: (note) => attachments.toPost(noteMessage(note, rights())),
    };
    const where = whereOf(interaction);
    try {
      if (!where.direct && where.channel !== channel) {
        log.info({ channel: where.channel }, 'refused: another channel');
        if (interaction.type === InteractionType.ApplicationCommandAutocomplete)
          return await responder.suggest([]);
        const text = `Answers and commands are taken in <#${channel}> only; nothing was done.`;
        return await responder.reply(
          attachments.toPost({ content: text, embeds: [], components: [], pictures: [] }),
        );
      }
      // Nothing waits for the name.
      const met = meet(person);
      await route(interaction, taken);
      await met;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'an interaction could not be answered');
    }
  };
};
