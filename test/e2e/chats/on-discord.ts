import { type StoredMessage, startDiscordSandbox } from 'discord-sandbox';
import type { OpenChat, Outcome, Seen, Who } from './team-chat.ts';

const OUTCOMES = { answered: 'taken', timeout: 'timeout', not_connected: 'not connected' } as const;
const KINDS: readonly (string | undefined)[] = ['card', 'header', 'report'];

const customIdsOf = ({ components }: Pick<StoredMessage, 'components'>): string[] =>
  [...JSON.stringify(components).matchAll(/"custom_id":"([^"]+)"/g)].map(([, id = '']) => id);

/** All that stands in a message, as a person reads it: without escapes, no-break spaces as spaces. */
const textOf = ({ content, embeds, components }: StoredMessage): string => {
  const labels = [...JSON.stringify(components).matchAll(/"(?:label|placeholder)":"([^"]+)"/g)];
  return [content, JSON.stringify(embeds), ...labels.map(([, label]) => label)]
    .join(' ')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\\\\', '');
};

const seen = (message: StoredMessage): Seen => {
  const text = textOf(message);
  const ids = customIdsOf(message);
  const [, kindOfKey, roundOfKey] = /@(\w+):(\d+)/.exec(ids[0] ?? '') ?? [];
  const [, place] = /Round (\d+), no\. \d+/.exec(text) ?? [];
  const kind = place !== undefined ? 'card' : KINDS.includes(kindOfKey) ? kindOfKey : 'other';
  const title = message.embeds[0]?.title;
  return {
    id: message.id,
    kind: kind as Seen['kind'],
    round: place !== undefined ? Number(place) : roundOfKey === undefined ? null : Number(roundOfKey),
    object: kind === 'card' && typeof title === 'string' ? (title.split(':')[0] ?? null) : null,
    open: ids.some((id) => id.startsWith('answer ')),
    hasPicture: /"(image|thumbnail)":/.test(JSON.stringify(message.embeds)) && message.attachments.length > 0,
    text,
  };
};

/** Limits that no test meets by accident; tests of limits make them happen. */
const ROOMY = { port: 0, databasePath: ':memory:', rateScale: 1000, identifyWindowMs: 0 };

/** The chat contract's team in the stand-in for Discord. */
export const openOnDiscord: OpenChat = async (options = {}) => {
  const sandbox = await startDiscordSandbox({ ...ROOMY, ...options });
  const { botToken, channel, apiUrl, users } = sandbox;
  const ids: Readonly<Record<Who, string>> = users;
  /** Buttons that a card had when it was open, by its message: for screens that have not caught up. */
  const remembered = new Map<string, string[]>();
  const places = (): string[] => [
    channel,
    ...sandbox
      .channels()
      .filter(({ thread }) => thread?.parent === channel)
      .map(({ id }) => id),
  ];
  const stored = (): StoredMessage[] => {
    const all = places().flatMap((place) => sandbox.messages(place));
    for (const message of all) {
      const known = customIdsOf(message);
      if (known.some((id) => id.startsWith('answer '))) remembered.set(message.id, known);
    }
    return all;
  };
  const idOn = (message: string, begin: string, stale: boolean): string => {
    const now = stored().find(({ id }) => id === message);
    const there = [
      ...(now === undefined ? [] : customIdsOf(now)),
      ...(stale ? (remembered.get(message) ?? []) : []),
    ];
    const found = there.find((id) => id.startsWith(begin));
    if (found === undefined) throw new Error(`${message} has no component ${begin}`);
    return found;
  };
  const click = async (who: Who, message: string, begin: string, stale = false): Promise<Outcome> =>
    OUTCOMES[
      (await sandbox.act.click({ user: ids[who], message, customId: idOn(message, begin, stale), stale }))
        .outcome
    ];
  return {
    config: { kind: 'discord', discord: { token: botToken, channel, apiUrl, postsPerSecond: 1000 } },
    settings: {
      DISCORD_TOKEN: botToken,
      DISCORD_CHANNEL: channel,
      DISCORD_API_URL: apiUrl,
      DISCORD_POSTS_PER_SECOND: '1000',
    },
    personId: (who) => `discord:${ids[who]}`,
    messages: () => stored().map(seen),
    notes: (who) => [...sandbox.ephemerals(ids[who]), ...sandbox.directMessages(ids[who])].map(textOf),
    connections: () => sandbox.connections(),
    answer: (who, card, answer, stale) => click(who, card.id, `answer ${answer} `, stale),
    undo: (who, card) => click(who, card.id, 'undo '),
    disagree: async (who, card, answer) => {
      const customId = idOn(card.id, 'disagree ', false);
      const request = { user: ids[who], message: card.id, customId, values: [answer] };
      return OUTCOMES[(await sandbox.act.select(request)).outcome];
    },
    standBy: async (who) => {
      const note = sandbox.ephemerals(ids[who]).at(-1);
      const customId =
        note === undefined ? undefined : customIdsOf(note).find((id) => id.startsWith('stand '));
      if (note === undefined || customId === undefined) throw new Error('there is no button to press');
      return OUTCOMES[(await sandbox.act.click({ user: ids[who], message: note.id, customId })).outcome];
    },
    command: async (who, word, rest) => {
      await sandbox.act.command({
        user: ids[who],
        command: `finkvra ${word}`,
        ...(rest === undefined ? {} : { options: { object: rest } }),
      });
    },
    correct: async (who, answer, note) => {
      await sandbox.act.submit({ user: ids[who], values: { answer: [answer], note } });
    },
    delete: ({ id }) => sandbox.act.deleteMessage({ message: id }),
    faults: {
      losePosts: (count) => sandbox.faults.loseNextAnswer(count, 'create-message'),
      limitPosts: (calls, retryAfter) =>
        sandbox.faults.rateLimitNext(calls, { method: 'create-message', retryAfter }),
      limitChanges: (calls, retryAfter) =>
        sandbox.faults.rateLimitNext(calls, { method: 'edit-message', retryAfter }),
      refuseChanges: async () => {
        await sandbox.faults.failNext(1000, { method: 'edit-message', status: 503 });
        await sandbox.faults.failNext(1000, { method: 'edit-original-interaction-response', status: 503 });
      },
      dropConnections: () => sandbox.faults.dropConnections(),
      goAway: (ms) => sandbox.faults.goAway(ms),
      mayPost: (may) => sandbox.act.denyBot({ permissions: may ? [] : ['SEND_MESSAGES'] }),
      recover: () => sandbox.faults.clear(),
    },
    stop: () => sandbox.stop(),
  };
};
