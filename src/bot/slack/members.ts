import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { createSharedRun } from '../../lib/waiting.ts';
import { keepMembers, readMembers } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';
import { type Access, AccessUnknown, type People } from '../access.ts';

export interface AccessOptions {
  readonly labellers: People;
  readonly operators: People;
  /** The channel whose members `everyone` means. */
  readonly channel: string;
  /** Reads the members of a user group or the channel. A failure goes to `refused`. */
  readonly membersOf: (group: string) => Promise<readonly string[]>;
  /** Whether the chat will never tell: the group is gone, or a scope is missing. */
  readonly refused: (error: unknown) => boolean;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** Members are read again after this time; the old list holds until then. */
const FRESH_MS = 5 * 60_000;
/** A person not in the list may be new: the list is read again, at most this often. */
const RECHECK_MS = 10_000;

/** Access with cached group members. */
export interface KeptAccess extends Access {
  /** Reads all members before the first click. Call it once the chat is connected. */
  prepare(): void;
  /** Resolves when nothing is being read. */
  settled(): Promise<void>;
}

interface Group {
  /** Null: the chat will not tell. */
  includes(userId: string): Promise<boolean | null>;
  ask(): Promise<void>;
  settled(): Promise<void>;
}

/**
 * Caches a group's members in memory and in the store, so that clicks seldom wait for the chat. Without a cached
 * list a click waits.
 */
const keepGroup = (
  group: string,
  { membersOf, refused, db, clock, log }: AccessOptions,
  advice: string,
): Group => {
  let members: ReadonlySet<string> | null = null;
  let untold = false;
  let askedAt = Number.NEGATIVE_INFINITY;

  const askNow = async (): Promise<void> => {
    askedAt = clock().getTime();
    let found: readonly string[];
    try {
      found = await membersOf(group);
    } catch (error) {
      untold = refused(error);
      log.warn({ group, error: messageOf(error) }, advice);
      return;
    }
    members = new Set(found);
    untold = false;
    try {
      await keepMembers(db, group, found);
    } catch (error) {
      log.warn(
        { group, error: messageOf(error) },
        'the members of a group could not be stored for the next start',
      );
    }
  };
  /** Concurrent callers share one request. */
  const asking = createSharedRun(askNow);
  // The stored list holds until the chat has answered.
  const kept = readMembers(db, group).then(
    (found) => {
      if (found !== null) members ??= new Set(found);
    },
    (error: unknown) =>
      log.warn({ group, error: messageOf(error) }, 'the stored members of a group could not be read'),
  );

  // A clock that was set back makes it old, too: nobody waits until the old time comes again.
  const isOlderThan = (ms: number): boolean => Math.abs(clock().getTime() - askedAt) > ms;
  return {
    includes: async (userId) => {
      await kept;
      if (members === null && !untold) await asking.run();
      if (members?.has(userId) === true) {
        if (isOlderThan(FRESH_MS)) void asking.run();
        return true;
      }
      if (asking.underWay() !== null || isOlderThan(RECHECK_MS)) await asking.run();
      if (members !== null) return members.has(userId);
      if (untold) return null;
      throw new AccessUnknown(`the chat did not give the members of ${group}`);
    },
    ask: asking.run,
    settled: async () => {
      await kept;
      await asking.underWay();
    },
  };
};

const GROUP_ADVICE =
  'the members of a user group could not be read (LABELLERS, OPERATORS): check the id and the scope usergroups:read';
const CHANNEL_ADVICE =
  'the members of the channel could not be read: check SLACK_CHANNEL and the app’s scopes';

export const createAccess = (options: AccessOptions): KeptAccess => {
  const { labellers, operators, channel } = options;
  const groups = new Map<string, Group>();
  const groupOf = (id: string, advice: string): Group => {
    const group = groups.get(id) ?? keepGroup(id, options, advice);
    groups.set(id, group);
    return group;
  };

  const includes = async (people: People, userId: string): Promise<boolean> => {
    // Whoever clicks in the channel is allowed if the chat will not tell: only members can click there.
    if (people === 'everyone') return (await groupOf(channel, CHANNEL_ADVICE).includes(userId)) ?? true;
    if (people.users.includes(userId)) return true;
    for (const group of people.groups) {
      if ((await groupOf(group, GROUP_ADVICE).includes(userId)) === true) return true;
    }
    return false;
  };

  // Start from the stored list.
  for (const people of [labellers, operators]) {
    if (people === 'everyone') groupOf(channel, CHANNEL_ADVICE);
    else for (const group of people.groups) groupOf(group, GROUP_ADVICE);
  }
  return {
    labellers,
    operators,
    mayLabel: ({ id }) => includes(labellers, id),
    mayOperate: ({ id }) => includes(operators, id),
    prepare: () => {
      for (const group of groups.values()) void group.ask();
    },
    settled: async () => {
      await Promise.all([...groups.values()].map((group) => group.settled()));
    },
  };
};
