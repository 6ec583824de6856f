import { messageOf } from '../../lib/errors.ts';
import type { Person } from '../port.ts';
import { type AskOptions, standing, untilAnswered } from './connection/until-answered.ts';

/**
 * Makes the bot a member of its channel, which it must be to post and to find its own messages again after a
 * crash. A bot cannot join a private channel by itself: there people invite it, which the log says.
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

/** Display names, looked up when somebody does something for the first time. */
export interface Names {
  /** Somebody did something: their name is looked up, once a start. Nothing waits for it. */
  met(userId: string): void;
  /** Resolves when nothing is under way, after the service was told to stop. */
  stop(): Promise<void>;
}

/**
 * Looks names up one after the other, so that many first clicks keep within Slack's limit. One that cannot be
 * seen, such as a stranger's, spoils no other: messages then show the name that came with the click.
 * @param keep keeps a name
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
      // A person whom Slack does not show stays unknown; what else failed may go well at their next click.
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
