import type { Logger } from 'pino';
import type { DiscordConfig } from '../../config/config.ts';
import type { FinkvraError } from '../../lib/errors.ts';
import type { BackOffOptions } from '../../lib/retry.ts';
import type { Db } from '../../store/open-store.ts';
import type { People } from '../access.ts';
import type { Chat } from '../port.ts';
import { createAttachments } from './attachments.ts';
import { discordRefusal } from './call-refusal.ts';
import { createChannelMessages } from './channel-messages.ts';
import { callsOf, createDirectMessages } from './connection/calls.ts';
import { createClickTokens } from './connection/click-tokens.ts';
import { createGateway } from './connection/gateway.ts';
import { createRestClients } from './connection/rest.ts';
import { openServer } from './connection/server.ts';
import { isPerson, isSnowflake } from './ids.ts';
import { createTaker } from './interactions/take-interaction.ts';
import { noteMessage, type Rights } from './messages/note-message.ts';
import { createRoleAccess } from './role-access.ts';

export interface DiscordChatOptions {
  readonly discord: DiscordConfig;
  /** Who may label and who may run the loop. */
  readonly people: { readonly labellers: People; readonly operators: People };
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Pauses between attempts to reach Discord. */
  readonly backOff?: BackOffOptions;
  /** Called once after the start if Discord refuses the bot for good; the service must then end. */
  readonly onIncurable?: (error: FinkvraError) => void;
}

const BACK_OFF: BackOffOptions = { firstMs: 500, longestMs: 30_000 };

/** Discord behind the port. */
export const createDiscordChat = (options: DiscordChatOptions): Chat => {
  const { discord, people, db, clock, backOff = BACK_OFF, onIncurable = () => undefined } = options;
  const { channel } = discord;
  const log = options.log.child({ part: 'discord' });
  const rest = createRestClients(discord);
  const calls = callsOf(rest.oneTry);
  const attachments = createAttachments();
  const clicks = createClickTokens(rest.oneTry, log);
  const access = createRoleAccess({ ...people, db, log });
  const server = openServer({ calls, patient: callsOf(rest.patient), channel, db, backOff, log });
  const messages = createChannelMessages({ calls, attachments, clicks, botUser: server.botUser });
  const rights = (): Rights => ({ ...people, roles: server.roles() });
  const direct = createDirectMessages(callsOf(rest.patient));
  let end = async (): Promise<void> => rest.close();

  return {
    channel,
    postsPerSecond: discord.postsPerSecond,
    access,
    connect: async (incoming) => {
      const take = createTaker({
        answers: rest.answers,
        access,
        channel,
        incoming,
        attachments,
        rights,
        clicked: (place, application, token) => clicks.clicked(place, application, token),
        tell: (person, note) => direct.send(person, attachments.toPost(noteMessage(note, rights()))),
        log,
      });
      const gateway = createGateway({
        token: discord.token,
        rest: rest.oneTry,
        db,
        clock,
        log,
        backOff,
        onInteraction: take,
        onIncurable,
      });
      end = async () => {
        server.stop();
        await gateway.close();
        await server.settled();
        rest.close();
      };
      await server.enter(onIncurable);
      gateway.open();
    },
    ready: () => server.entered(),
    team: async () => {
      await server.entered();
      const guild = server.guild();
      return guild === null ? null : `discord ${guild}`;
    },
    disconnect: () => end(),
    changesFreely: clicks.has,
    ...messages,
    operators: access.knownOperators,
    isOurs: isPerson,
    tell: (person, note) => direct.send(person, attachments.toPost(noteMessage(note, rights()))),
    sendFile: (person, file, words) =>
      direct.send(person, attachments.toPost(noteMessage({ kind: 'text', text: words }, rights()), file)),
    upload: async (file) => attachments.keep(file),
    // A picture goes with its message only.
    lost: async () => false,
    shows: async (picture) => attachments.has(picture),
    showHome: null,
    linkTo: async (place, thread) => {
      const guild = server.guild();
      return guild === null || !isSnowflake(place.channel)
        ? null
        : `https://discord.com/channels/${guild}/${thread ?? place.channel}/${place.id}`;
    },
    refusal: discordRefusal,
  };
};
