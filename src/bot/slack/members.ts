import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { keepMembers, readMembers } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';
import { type Access, AccessUnknown, type People } from '../access.ts';

export interface AccessOptions {
  readonly labellers: People;
  readonly operators: People;
  /** The channel, whose members `everyone` means. */
  readonly channel: string;
  /** The members of a user group or of the channel; a failed call is for `refused` to read. */
  readonly membersOf: (group: string) => Promise<readonly string[]>;
  /** Whether the chat will not tell, whenever it is asked: a group that is gone, a scope that is missing. */
  readonly refused: (error: unknown) => boolean;
  readonly db: Db;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** Members are asked for again after this long; until the answer is there the last one holds. */
const FRESH_MS = 5 * 60_000;
/** Somebody who is not among them may have joined since: they are asked for again, this often at most. */
const RECHECK_MS = 10_000;

/** Access that keeps the members of groups at hand. */
export interface KeptAccess extends Access {
  /** Asks for all members, so that they are known when the first click comes; to be called when the chat is there. */
  prepare(): void;
  /** Resolves when nothing is being asked. */
  settled(): Promise<void>;
}

interface Group {
  /** Null: the chat will not tell. */
  includes(userId: string): Promise<boolean | null>;
  ask(): Promise<void>;
  settled(): Promise<void>;
}

/**
 * Keeps a group's members at hand, in memory and over a restart in the store, so that a click seldom waits for
 * the chat. Where they were never known it waits: its answer is judged first and kept after.
 */
const keepGroup = (
  group: string,
  { membersOf, refused, db, clock, log }: AccessOptions,
  advice: string,
): Group => {
  let members: ReadonlySet<string> | null = null;
  let untold = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

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
      log.warn({ group, error: messageOf(error) }, 'the members of a group were not kept for the next start');
    }
  };
  /** Whoever asks while an answer is on its way gets that one. */
  const ask = (): Promise<void> => {
    asking ??= askNow().finally(() => {
      asking = null;
    });
    return asking;
  };
  // What was kept holds until the chat has answered.
  const kept = readMembers(db, group).then(
    (found) => {
      if (found !== null) members ??= new Set(found);
    },
    (error: unknown) =>
      log.warn({ group, error: messageOf(error) }, 'the members kept of a group could not be read'),
  );

  const isOlderThan = (ms: number): boolean => clock().getTime() - askedAt > ms;
  return {
    includes: async (userId) => {
      await kept;
      if (members === null && !untold) await ask();
      if (members?.has(userId) === true) {
        if (isOlderThan(FRESH_MS)) void ask();
        return true;
      }
      if (asking !== null || isOlderThan(RECHECK_MS)) await ask();
      if (members !== null) return members.has(userId);
      if (untold) return null;
      throw new AccessUnknown(`the chat did not say who is in ${group}`);
    },
    ask,
    settled: async () => {
      await kept;
      await asking;
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
    // Who clicks in the channel is let in where the chat will not tell its members: they mean everyone there.
    if (people === 'everyone') return (await groupOf(channel, CHANNEL_ADVICE).includes(userId)) ?? true;
    if (people.users.includes(userId)) return true;
    for (const group of people.groups) {
      if ((await groupOf(group, GROUP_ADVICE).includes(userId)) === true) return true;
    }
    return false;
  };

  // Read from the store at once.
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
