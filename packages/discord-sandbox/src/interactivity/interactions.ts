import { newSecret } from '../guild/ids.ts';

/** Interaction types by number. */
export const interactionType = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;

export type InteractionType = (typeof interactionType)[keyof typeof interactionType];

/** Callback types by number. */
export const callbackType = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  updateMessage: 7,
  choices: 8,
  modal: 9,
} as const;

/** A person's action that the app may answer. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly user: string;
  readonly channel: string;
  /** The message with the component, or the one that the modal came from. */
  readonly source: string | undefined;
  /** The full command name, such as `finkvra show`. */
  readonly name: string | undefined;
}

/** The app's answers so far. */
export interface InteractionState extends Interaction {
  answered: number | null;
  /** The message behind `@original`; none after a modal or choices. */
  original: string | null;
  /** Whether the answer was deferred and is still missing. */
  awaited: boolean;
  /** Further messages that its token may change. */
  readonly followups: Set<string>;
}

/** The interaction's end, as the person sees it. */
export interface Outcome {
  readonly callback: number;
  readonly message?: string | undefined;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
}

export interface Interactions {
  /** Starts an interaction. Resolves to the app's answer, or to null after 3 s. */
  readonly begin: (given: Omit<Interaction, 'token'>) => {
    readonly interaction: Interaction;
    readonly outcome: Promise<Outcome | null>;
  };
  /** An interaction without a first answer, by its id and token. */
  readonly waiting: (id: string, token: string) => InteractionState | 'unknown' | 'answered';
  readonly answer: (interaction: InteractionState, outcome: Outcome) => void;
  /** An interaction by its valid token. */
  readonly byToken: (token: string) => InteractionState | 'unknown' | 'expired';
  readonly expireAll: () => void;
  readonly close: () => void;
}

interface Kept {
  readonly state: InteractionState;
  answerUntil: number;
  goodUntil: number;
  readonly settle: (outcome: Outcome | null) => void;
}

/** Interactions remembered, so that a late answer gets the right error. */
const MOST_KEPT = 2_000;

export const createInteractions = (answerMs: number, tokenMs: number): Interactions => {
  const kept = new Map<string, Kept>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    begin: (given) => {
      const interaction = { ...given, token: `aW50ZXJhY3Rpb246${newSecret()}${newSecret()}` };
      const { promise, resolve } = Promise.withResolvers<Outcome | null>();
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve(null);
      }, answerMs);
      timers.add(timer);
      const now = performance.now();
      kept.set(interaction.token, {
        state: { ...interaction, answered: null, original: null, awaited: false, followups: new Set() },
        answerUntil: now + answerMs,
        goodUntil: now + tokenMs,
        settle: (outcome) => {
          clearTimeout(timer);
          timers.delete(timer);
          resolve(outcome);
        },
      });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return { interaction, outcome: promise };
    },
    waiting: (id, token) => {
      const found = kept.get(token);
      if (found === undefined || found.state.id !== id) return 'unknown';
      if (found.state.answered !== null) return 'answered';
      return performance.now() < found.answerUntil ? found.state : 'unknown';
    },
    answer: (state, outcome) => {
      state.answered = outcome.callback;
      kept.get(state.token)?.settle(outcome);
    },
    byToken: (token) => {
      const found = kept.get(token);
      // Before the first answer there is no webhook (docs, "Followup Messages").
      if (found === undefined || found.state.answered === null) return 'unknown';
      return performance.now() < found.goodUntil ? found.state : 'expired';
    },
    expireAll: () => {
      for (const one of kept.values()) {
        one.answerUntil = 0;
        one.goodUntil = 0;
      }
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
