import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import type { Db } from '../../store/open-store.ts';
import type { Access, People } from '../access.ts';
import type { ChannelMessage, FileReply, HomePage } from '../content/said.ts';
import type { Chat, Destination, Place } from '../port.ts';
import { slackRefusal } from './call-refusal.ts';
import { createClickUrls } from './connection/click-urls.ts';
import { createGate } from './connection/gate.ts';
import { openSession, type SlackSessionOptions } from './connection/slack-session.ts';
import { standing } from './connection/until-answered.ts';
import { createNames } from './enter-channel.ts';
import { findMessages, messageStands } from './find-messages.ts';
import { registerListeners } from './listeners/index.ts';
import { createPrivateNotes } from './listeners/private-notes.ts';
import { createAccess } from './members.ts';
import { MESSAGE_EVENT, type SlackMessage } from './messages/blocks.ts';
import { homeView } from './messages/home-view.ts';
import { noteMessage } from './messages/note-message.ts';
import { saidMessage } from './messages/said-message.ts';
import { createSharedFiles } from './shared-files.ts';
import { createUntilSeen, sendFileTo, uploadFile } from './upload-file.ts';

export interface SlackChatOptions extends SlackSessionOptions {
  /** Who may label and who may run the loop. */
  readonly people: { readonly labellers: People; readonly operators: People };
  readonly db: Db;
  readonly clock: () => Date;
  /** How long notes are gathered for somebody who has just got one, in ms. */
  readonly gatherMs?: number;
}

/** Slack behind the port. */
export const createSlackChat = ({ people, db, clock, ...options }: SlackChatOptions): Chat => {
  const { channel } = options.slack;
  const log = options.log.child({ part: 'slack' });
  const session = openSession({ ...options, log });
  const { app } = session;
  // After an unanswered post the outbox looks before it posts again; no other call waits behind a Home tab.
  const messages = session.oneTry();
  const homes = session.oneTry();
  const members = session.oneTry();
  // Uploads wait out limits by themselves, in a queue of their own that delays nothing else.
  const files = session.client();
  const direct = session.client();
  const access = createAccess({
    ...people,
    channel,
    membersOf: (group) => membersOf(members, group),
    refused: (error) => standing(error) !== null,
    db,
    clock,
    log,
  });
  const clickUrls = createClickUrls(log);
  const untilSeen = createUntilSeen();
  const shared = createSharedFiles(messages, untilSeen, log);
  let workspace: string | null = null;
  const ending = new AbortController();
  let end = session.stop;

  return {
    channel,
    postsPerSecond: options.slack.postsPerSecond,
    access,
    connect: async (incoming) => {
      const names = createNames(session.asking, incoming.named);
      const { identity } = session;
      const { clicked } = clickUrls;
      const gate = createGate(app, { identity, channel, met: names.met, clicked, log });
      const notes = createPrivateNotes({ ...options, client: direct, channel, access, log });
      const sendFile = (person: string, { file, text }: FileReply) => sendFileTo(direct, person, file, text);
      const { withhold } = gate;
      const stopping = ending.signal;
      registerListeners(app, { incoming, access, notes, sendFile, log, stopping, withhold });
      // Connections close after the clicks that came by them, so that those are acknowledged.
      end = async () => {
        ending.abort();
        await gate.close();
        await Promise.all([session.stop(), names.stop(), notes.close(), access.settled()]);
      };
      identity.then(
        (me) => (me === null ? undefined : access.prepare()),
        () => undefined, // the start reports it
      );
      await session.start();
    },
    ready: () => session.joined,
    team: async () => {
      const me = await session.identity;
      // With the address, since all sandbox workspaces have the same id.
      return me === null ? null : `${me.teamId} ${me.url}`;
    },
    disconnect: () => end(),
    post: async (said, to) => {
      const message = saidMessage(said.said);
      const place = await untilSeen(message, () => postMessage(messages, said, message, to));
      shared.posted(message);
      return place;
    },
    changesFreely: clickUrls.has,
    update: async (place, { said }) => {
      const message = saidMessage(said);
      await shared.shareIn(place, message);
      if (await clickUrls.change(place, message)) return;
      await untilSeen(message, () =>
        messages.chat.update({ channel: place.channel, ts: place.id, ...message }),
      );
    },
    find: (where) => findMessages(messages, where),
    remove: (place) => removeMessage(messages, place),
    shows: shared.isShared,
    stands: (place, thread) => messageStands(messages, place, thread),
    operators: () => idsOf(access.operators, members),
    isOurs: (person) => /^[UW]/.test(person),
    tell: async (person, note) => {
      await direct.chat.postMessage({ channel: person, ...noteMessage(note, access) });
    },
    upload: (file, signal) => uploadFile(files, { ...file, signal }),
    sendFile: (person, file, words) => sendFileTo(direct, person, file, words),
    // Slack keeps uploads, unless somebody deletes one.
    keeps: async (picture) => !shared.isDeleted(picture),
    lost: shared.wasDeleted,
    showHome: (person, page) => showHome(homes, person, page, access, log),
    linkTo: async (place) => {
      try {
        workspace ??= (await homes.auth.test()).url ?? null;
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'the address of the workspace is still unknown');
      }
      return workspace === null ? null : permalink(workspace, place);
    },
    refusal: slackRefusal,
  };
};

const postMessage = async (
  client: WebClient,
  { key, about }: Pick<ChannelMessage, 'key' | 'about'>,
  message: SlackMessage,
  { channel, thread }: Destination,
): Promise<Place> => {
  const { ts } = await client.chat.postMessage({
    channel,
    ...message,
    metadata: { event_type: MESSAGE_EVENT, event_payload: { key, ...about } },
    ...(thread === null ? {} : { thread_ts: thread }),
    unfurl_links: false,
    unfurl_media: false,
  });
  if (ts === undefined) throw new Error(`Slack gave no ts for ${key}`);
  return { channel, id: ts };
};

const removeMessage = async (client: WebClient, { channel, id }: Place): Promise<void> => {
  try {
    await client.chat.delete({ channel, ts: id });
  } catch (error) {
    if (slackRefusal(error).kind !== 'gone') throw error;
  }
};

/** Shows a Home tab; without its picture if Slack refuses that. */
const showHome = async (
  client: WebClient,
  person: string,
  page: HomePage,
  access: Access,
  log: Logger,
): Promise<void> => {
  const publish = (shown: HomePage) =>
    client.views.publish({ user_id: person, view: homeView(shown, access) });
  try {
    await publish(page);
  } catch (error) {
    const refused = error instanceof WebAPIPlatformError && error.data.error.startsWith('invalid_');
    if (!refused || page.picture === null) throw error;
    log.warn({ error: messageOf(error) }, 'Slack refuses a Home tab; showing it without its picture');
    await publish({ ...page, picture: null });
  }
};

/** The ids of these people, with the members of their groups; null for everyone. */
const idsOf = async (people: People, client: WebClient): Promise<readonly string[] | null> => {
  if (people === 'everyone') return null;
  const inGroups = await Promise.all(people.groups.map((group) => membersOf(client, group)));
  return [...new Set([...people.users, ...inGroups.flat()])];
};

/** @param workspace such as https://team.slack.com/ */
const permalink = (workspace: string, { channel, id }: Place): string =>
  `${workspace}archives/${channel}/p${id.replace('.', '')}`;

/** Ids of the members of a user group (`S…`) or a channel. */
const membersOf = async (client: WebClient, group: string): Promise<readonly string[]> => {
  if (group.startsWith('S')) return (await client.usergroups.users.list({ usergroup: group })).users ?? [];
  const members: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.members({
      channel: group,
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    members.push(...(page.members ?? []));
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return members;
};
