import type { StoredMessage } from 'slack-sandbox';
import type { AnswerValue } from '../../../src/store/schema.ts';
import { startRoomySandbox } from '../../helpers/sandbox.ts';
import { eventually, slackSettings, textOf } from '../../helpers/service.ts';
import type { OpenChat, Outcome, Seen, Who } from './team-chat.ts';

const IDS: Readonly<Record<Who, string>> = { vera: 'U0VERA', chandra: 'U0CHANDRA', cecilia: 'U0CECILIA' };
const OUTCOMES = { acknowledged: 'taken', timeout: 'timeout', not_connected: 'not connected' } as const;
const KINDS: readonly (string | undefined)[] = ['card', 'header', 'report'];

const seen = (message: StoredMessage): Seen => {
  const about = message.metadata?.event_payload ?? {};
  const kind = typeof about.kind === 'string' && KINDS.includes(about.kind) ? about.kind : 'other';
  return {
    id: message.ts,
    kind: kind as Seen['kind'],
    round: typeof about.round === 'number' ? about.round : null,
    object: typeof about.object === 'string' ? about.object : null,
    open: kind === 'card' && message.blocks.some(({ type }) => type === 'actions'),
    hasPicture: JSON.stringify(message.blocks).includes('slack_file'),
    text: textOf(message),
  };
};

/** The chat contract's team in the stand-in for Slack. */
export const openOnSlack: OpenChat = async (options = {}) => {
  const sandbox = await startRoomySandbox(options);
  const { botToken, appToken, channel, apiUrl } = sandbox;
  const stored = (id: string): StoredMessage | undefined => sandbox.messages().find(({ ts }) => ts === id);
  const candidateOf = ({ id }: Seen): string => String(stored(id)?.metadata?.event_payload.candidate);
  const click = async (who: Who, ts: string, actionId: string, stale = false): Promise<Outcome> =>
    OUTCOMES[(await sandbox.act.click({ user: IDS[who], ts, actionId, stale })).outcome];
  const menu = async (who: Who, { id }: Seen, actionId: string, value: string): Promise<Outcome> =>
    OUTCOMES[(await sandbox.act.select({ user: IDS[who], ts: id, actionId, value })).outcome];
  return {
    config: {
      kind: 'slack',
      slack: { botToken, appToken, channel, apiUrl, http: null, postsPerSecond: 1000 },
    },
    settings: slackSettings(sandbox),
    personId: (who) => IDS[who],
    messages: () => sandbox.messages().map(seen),
    notes: (who) =>
      [...sandbox.ephemerals(IDS[who]), ...sandbox.messages(IDS[who].replace(/^U/, 'D'))].map(
        (message) => `${message.text} ${textOf(message)}`,
      ),
    connections: () => sandbox.connections(),
    answer: (who, card, answer: AnswerValue, stale) => click(who, card.id, `answer_${answer}`, stale),
    undo: (who, card) => click(who, card.id, 'undo_answer'),
    disagree: (who, card, answer) => menu(who, card, 'disagree_menu', `${answer}:${candidateOf(card)}`),
    standBy: async (who) => {
      const note = sandbox.ephemerals(IDS[who]).at(-1);
      if (note === undefined) throw new Error('there is no note to press a button of');
      return click(who, note.ts, 'disagree');
    },
    command: async (who, word, rest = '') => {
      await sandbox.act.command({ user: IDS[who], command: '/finkvra', text: `${word} ${rest}`.trim() });
    },
    correct: async (who, answer, note) => {
      await eventually('form', () => sandbox.modals(IDS[who])[0]);
      await sandbox.act.submit({
        user: IDS[who],
        values: { relabel_answer: answer, relabel_note: note },
      });
    },
    delete: ({ id }) => sandbox.act.deleteMessage({ ts: id }),
    faults: {
      losePosts: (count) => sandbox.faults.loseNextAnswer(count, 'chat.postMessage'),
      limitPosts: (count, seconds) => sandbox.faults.rateLimitNext(count, 'chat.postMessage', seconds),
      limitChanges: (count, seconds) => sandbox.faults.rateLimitNext(count, 'chat.update', seconds),
      refuseChanges: async () => {
        await sandbox.faults.failNext(1000, { method: 'chat.update', status: 503 });
        await sandbox.faults.failNext(1000, { method: 'response_url', status: 503 });
      },
      dropConnections: () => sandbox.faults.dropConnections(),
      goAway: (ms) => sandbox.faults.goAway(ms),
      mayPost: (may) => (may ? sandbox.act.unarchiveChannel() : sandbox.act.archiveChannel()),
      recover: () => sandbox.faults.clear(),
    },
    stop: () => sandbox.stop(),
  };
};
