import type { Note } from '../../../src/bot/content/said.ts';
import type { OutboxChat } from '../../../src/bot/outbox/outbox-context.ts';
import type { Place, Refusal } from '../../../src/bot/port.ts';

/** A message in the model's channels. */
export interface ModelMessage {
  readonly key: string;
  readonly channel: string;
  readonly id: string;
  readonly thread: string | null;
  deleted: boolean;
  /** How often it was drawn, the post included. */
  drawn: number;
}

/** What goes wrong with one call. */
export type ModelFault =
  /** Done, but the answer is lost. */
  | 'lost'
  /** Not done, and there is no answer. */
  | 'silent'
  /** There is no answer, and it is done two seconds later. */
  | 'late'
  /** The same, 20 seconds and 80 seconds later. */
  | 'later'
  | 'much-later'
  /** The process dies before or after the chat has done it. */
  | 'dies-before'
  | 'dies-after'
  | Refusal['kind'];

export type ModelMethod = 'post' | 'update' | 'find' | 'stands' | 'remove';

class ModelError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`the model answers ${refusal.kind}`);
    this.refusal = refusal;
  }
}

const LATE_MS = { late: 2_000, later: 20_000, 'much-later': 80_000 };

/** A chat of which everything is known: what is in its channels, and what each call to it came to. */
export const createModelChat = () => {
  const messages: ModelMessage[] = [];
  const told: { readonly person: string; readonly note: Note }[] = [];
  const calls: Record<ModelMethod, number> = { post: 0, update: 0, find: 0, stands: 0, remove: 0 };
  let count = 0;
  /** The next faults, whichever method meets them; then none. */
  let faultOf: (method: ModelMethod, key: string) => ModelFault | null = () => null;

  const standing = (): ModelMessage[] => messages.filter(({ deleted }) => !deleted);

  /** The chat as one process sees it. @param died called when a fault kills the process */
  const connect = (
    channel: string,
    died: () => void = () => undefined,
  ): OutboxChat & { readonly die: () => void } => {
    let alive = true;
    const never = new Promise<never>(() => undefined);
    const call = async <T>(method: ModelMethod, key: string, work: () => T): Promise<T> => {
      if (!alive) return never;
      calls[method] += 1;
      const fault = faultOf(method, key);
      switch (fault) {
        case null: {
          return work();
        }
        case 'lost':
          work();
          throw new ModelError({ kind: 'unsure' });
        case 'silent':
          throw new ModelError({ kind: 'unsure' });
        case 'late':
        case 'later':
        case 'much-later':
          setTimeout(work, LATE_MS[fault]);
          throw new ModelError({ kind: 'unsure' });
        case 'dies-after':
          work();
          alive = false;
          died();
          return never;
        case 'dies-before':
          alive = false;
          died();
          return never;
        case 'limited':
          throw new ModelError({ kind: 'limited', seconds: 1 });
        case 'refused':
          throw new ModelError({ kind: 'refused', advice: 'Put the model right' });
        default:
          throw new ModelError({ kind: fault });
      }
    };
    const at = ({ channel: where, id }: Place): ModelMessage | undefined =>
      standing().find((one) => one.channel === where && one.id === id);
    return {
      channel,
      ready: async () => undefined,
      post: ({ key }, to) =>
        call('post', key, () => {
          count += 1;
          const id = `${1_000_000 + count}.000000`;
          messages.push({ key, ...to, id, deleted: false, drawn: 1 });
          return { channel: to.channel, id };
        }),
      changesFreely: () => false,
      update: (place, { key }) =>
        call('update', key, () => {
          const message = at(place);
          if (message === undefined) throw new ModelError({ kind: 'gone' });
          message.drawn += 1;
        }),
      find: ({ channel: where, thread, after }) =>
        call('find', '', () =>
          standing()
            .filter(
              (one) => one.channel === where && one.thread === thread && (after === null || one.id > after),
            )
            .map(({ key, id }) => ({ key, place: { channel: where, id } })),
        ),
      remove: (place) =>
        call('remove', '', () => {
          const message = at(place);
          if (message !== undefined) message.deleted = true;
        }),
      stands: (place, thread) => call('stands', '', () => at(place)?.thread === thread),
      operators: async () => ['U0VERA'],
      isOurs: () => true,
      tell: async (person, note) => {
        told.push({ person, note });
      },
      die: () => {
        alive = false;
      },
      refusal: (error) => (error instanceof ModelError ? error.refusal : { kind: 'unsure' }),
    };
  };

  return {
    connect,
    messages,
    told,
    calls,
    standing,
    /** What goes wrong with each call from now on; null: nothing. */
    fail: (next: typeof faultOf): void => {
      faultOf = next;
    },
    /** Only the next calls of a method go wrong. */
    failNext: (times: number, method: ModelMethod, fault: ModelFault): void => {
      let left = times;
      faultOf = (called) => {
        if (called !== method || left === 0) return null;
        left -= 1;
        return fault;
      };
    },
    /** Somebody deletes a message. */
    delete: (key: string): void => {
      for (const one of standing()) if (one.key === key) one.deleted = true;
    },
  };
};

export type ModelChat = ReturnType<typeof createModelChat>;
