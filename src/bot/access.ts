import type { Logger } from 'pino';
import { messageOf } from '../lib/errors.ts';

/** Who may do something: everyone in the channel, or these people and user groups. */
export type People = 'everyone' | { readonly users: readonly string[]; readonly groups: readonly string[] };

/** Who may label, and who may run the loop. */
export interface Access {
  mayLabel(userId: string): Promise<boolean>;
  mayOperate(userId: string): Promise<boolean>;
  readonly labellers: People;
  readonly operators: People;
}

export interface AccessOptions {
  readonly labellers: People;
  readonly operators: People;
  /** The members of a user group. */
  readonly membersOf: (group: string) => Promise<readonly string[]>;
  readonly clock: () => Date;
  readonly log: Logger;
}

/** Members are asked for again after this long; until the answer is there the last one holds. */
const FRESH_MS = 5 * 60_000;

export const createAccess = ({ labellers, operators, membersOf, clock, log }: AccessOptions): Access => {
  const groups = new Map<string, { readonly members: readonly string[]; readonly at: number }>();

  const refresh = async (group: string): Promise<readonly string[]> => {
    try {
      const members = await membersOf(group);
      groups.set(group, { members, at: clock().getTime() });
      return members;
    } catch (error) {
      log.warn(
        { group, error: messageOf(error) },
        'the members of a user group could not be read (LABELLERS, OPERATORS): check the id and the scope usergroups:read',
      );
      return groups.get(group)?.members ?? [];
    }
  };

  const members = async (group: string): Promise<readonly string[]> => {
    const known = groups.get(group);
    if (known === undefined) return refresh(group);
    // A click must not wait for Slack: the known list holds while the new one is on its way.
    if (clock().getTime() - known.at > FRESH_MS) void refresh(group);
    return known.members;
  };

  const includes = async (people: People, userId: string): Promise<boolean> => {
    if (people === 'everyone' || people.users.includes(userId)) return true;
    for (const group of people.groups) {
      if ((await members(group)).includes(userId)) return true;
    }
    return false;
  };

  for (const people of [labellers, operators]) {
    if (people !== 'everyone') for (const group of people.groups) void refresh(group);
  }
  return {
    labellers,
    operators,
    mayLabel: (userId) => includes(labellers, userId),
    mayOperate: (userId) => includes(operators, userId),
  };
};

/** Everybody may do everything. */
export const openAccess: Access = {
  labellers: 'everyone',
  operators: 'everyone',
  mayLabel: async () => true,
  mayOperate: async () => true,
};
