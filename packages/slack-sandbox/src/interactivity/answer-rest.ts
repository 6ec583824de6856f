import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { ids, members } from '../workspace/ids.ts';
import type { MessageMetadata, StoredMessage } from '../workspace/types.ts';
import { elementsOf } from './elements.ts';

/** The action_id of a simulated card's true answer; null for other messages. */
export type Truth = (metadata: MessageMetadata) => string | null;

/** A message that still has the button of its true answer. */
interface OpenCard {
  readonly message: StoredMessage;
  readonly actionId: string;
  readonly round: unknown;
}

/** Answers simulated cards, for people who do not read light curves. */
export interface Answering {
  readonly answerRest: SandboxActs['answerRest'];
  readonly openCards: () => number;
  /** Progress: answered and remaining cards. */
  readonly progress: () => { readonly clicked: number; readonly left: number } | null;
}

/** Newest messages examined; a round has far fewer. */
const LOOK_BACK = 400;
/** Time to wait for replacement cards and cards still being posted, ms. */
const LULL_MS = 800;

export const createAnswering = (
  core: Core,
  truth: Truth | undefined,
  click: SandboxActs['click'],
): Answering => {
  let running: { clicked: number; left: number } | null = null;

  const openCards = (): OpenCard[] => {
    if (truth === undefined) return [];
    const messages = core.workspace.storage.messages({
      channel: ids.channel,
      thread: 'all',
      limit: LOOK_BACK,
    });
    return messages.reverse().flatMap((message) => {
      if (message.metadata === undefined || message.blocks.length === 0) return [];
      const actionId = truth(message.metadata);
      if (actionId === null || !elementsOf(message.blocks).some((e) => e.actionId === actionId)) return [];
      return [{ message, actionId, round: message.metadata.event_payload.round }];
    });
  };

  const answer = async (pauseMs: number): Promise<{ clicked: number }> => {
    const rounds = new Set(openCards().map((card) => card.round));
    const done = new Set<string>();
    const state = { clicked: 0, left: 0 };
    running = state;
    let quietSince = performance.now();
    while (performance.now() - quietSince < LULL_MS) {
      const open = openCards().filter((card) => rounds.has(card.round) && !done.has(card.message.ts));
      state.left = open.length;
      core.workspace.announce({ type: 'status' });
      const [card] = open;
      if (card === undefined) {
        await sleep(100);
        continue;
      }
      const member = members[state.clicked % members.length];
      done.add(card.message.ts);
      if (member !== undefined)
        await click({ user: member.id, ts: card.message.ts, actionId: card.actionId, stale: true });
      state.clicked += 1;
      quietSince = performance.now();
      await sleep(pauseMs);
    }
    return { clicked: state.clicked };
  };

  return {
    openCards: () => openCards().length,
    progress: () => running,
    answerRest: async ({ pauseMs = 250 } = {}) => {
      if (running !== null) return { clicked: 0 };
      try {
        return await answer(pauseMs);
      } finally {
        running = null;
        core.workspace.announce({ type: 'status' });
      }
    },
  };
};
