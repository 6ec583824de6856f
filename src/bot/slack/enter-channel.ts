import { messageOf } from '../../lib/errors.ts';
import type { Person } from '../port.ts';
import { type AskOptions, standing, untilAnswered } from './connection/until-answered.ts';

/**
 * Joins the bot's channel, which it needs to post and to find its messages after a crash. A bot cannot join a
 * private channel by itself: people must invite it, which the log says.
 */
export const joinChannel = async (
  { client, log, ...options }: AskOptions,
  channel: string,
): Promise<void> => {
  try {
    await untilAnswered(
      async () => {
        const { channel: found } = await client.conversations.info({ channel });
        if (found?.is_member !== true) await client.conversations.join({ channel });
      },
      { ...options, refusal: standing },
    );
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the bot could not join the channel: invite it there with /invite');
  }
};

/** Display names, looked up when people first act. */
export interface Names {
  /** Looks up a person's name, once per start. Nothing waits for it. */
  met(userId: string): void;
  /** Resolves when all lookups have ended after a stop. */
  stop(): Promise<void>;
}

/**
 * Looks names up one by one, so that many first clicks stay within Slack's limit. Without a name, messages show
 * the one that came with the click.
 * @param keep stores a name
 */
export const createNames = (options: AskOptions, keep: (person: Person) => Promise<void>): Names => {
  const { client, log, stopping } = options;
  const asked = new Set<string>();
  let queue: Promise<void> = Promise.resolve();

  const learn = async (user: string): Promise<void> => {
    try {
      const answer = await untilAnswered(() => client.users.info({ user }), {
        ...options,
        refusal: standing,
      });
      const name = answer?.user?.profile?.display_name || answer?.user?.real_name || answer?.user?.name;
      if (name !== undefined) await keep({ id: user, name });
    } catch (error) {
      log.debug({ user, error: messageOf(error) }, 'a name could not be looked up');
      // A person whom Slack hides stays unknown; after other failures the next click tries again.
      if (standing(error) === null) asked.delete(user);
    }
  };

  return {
    met: (userId) => {
      if (asked.has(userId) || stopping.aborted) return;
      asked.add(userId);
      queue = queue.then(() => learn(userId));
    },
    stop: () => queue,
  };
};
