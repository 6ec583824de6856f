import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { firstMembers, ids } from '../guild/ids.ts';
import type { Truth } from '../settings.ts';
import { flatComponents } from '../validate/validate-components.ts';

/** A message that still has the button of its true answer. */
interface OpenCard {
  readonly id: string;
  readonly customId: string;
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

const team = firstMembers.filter(({ bot, inGuild }) => !bot && inGuild);

export const createAnswering = (
  core: Core,
  truth: Truth | undefined,
  click: SandboxActs['click'],
): Answering => {
  let running: { clicked: number; left: number } | null = null;

  const places = (): string[] =>
    core.guild
      .channels()
      .filter(({ id, thread }) => id === ids.channel || thread?.parent === ids.channel)
      .map(({ id }) => id);
  const openCards = (): OpenCard[] => {
    if (truth === undefined) return [];
    const messages = places().flatMap((channel) =>
      core.guild.storage.messages({ channel, limit: LOOK_BACK }),
    );
    return messages.reverse().flatMap((message) => {
      const customId = truth(message);
      const shown = flatComponents(message.components).some((one) => one.custom_id === customId);
      return customId !== null && shown ? [{ id: message.id, customId }] : [];
    });
  };

  /** Cards at the start, and those that come while it runs; not those of the next round. */
  const answer = async (pauseMs: number): Promise<{ clicked: number }> => {
    const wanted = openCards().length;
    const done = new Set<string>();
    const state = { clicked: 0, left: wanted };
    running = state;
    let quietSince = performance.now();
    while (performance.now() - quietSince < LULL_MS && state.clicked < wanted) {
      const [card] = openCards().filter(({ id }) => !done.has(id));
      state.left = wanted - state.clicked;
      core.guild.announce({ type: 'status' });
      if (card === undefined) {
        await sleep(100);
        continue;
      }
      done.add(card.id);
      const member = team[state.clicked % team.length];
      if (member !== undefined)
        await click({ user: member.id, message: card.id, customId: card.customId, stale: true });
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
        core.guild.announce({ type: 'status' });
      }
    },
  };
};
