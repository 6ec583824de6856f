import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { keepMembers, readMembers } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';
import type { Access, Actor, People } from '../access.ts';

/** Access by roles, which interactions carry. */
export interface RoleAccess extends Access {
  /** Records a person's roles, for events that carry none. */
  saw(actor: Actor): Promise<void>;
  /** Known operators; null for everyone. */
  knownOperators(): Promise<readonly string[] | null>;
}

export interface RoleAccessOptions {
  readonly labellers: People;
  readonly operators: People;
  readonly db: Db;
  readonly log: Logger;
}

/**
 * With its one intent the bot cannot list a role's members, and need not: each interaction carries the person's
 * roles. They are stored, to tell operators of trouble and for direct messages, which carry none.
 */
export const createRoleAccess = ({ labellers, operators, db, log }: RoleAccessOptions): RoleAccess => {
  const watched = [labellers, operators].flatMap((people) => (people === 'everyone' ? [] : people.groups));
  const known = new Map<string, Promise<Set<string>>>();
  const membersOf = (role: string): Promise<Set<string>> => {
    const members = known.get(role) ?? readMembers(db, role).then((ids) => new Set(ids ?? []));
    known.set(role, members);
    return members;
  };

  const note = async (role: string, actor: Actor, isMember: boolean): Promise<void> => {
    const members = await membersOf(role);
    if (members.has(actor.id) === isMember) return;
    if (isMember) members.add(actor.id);
    else members.delete(actor.id);
    await keepMembers(db, role, [...members]);
  };

  const includes = async (people: People, actor: Actor): Promise<boolean> => {
    // Only people who see the channel can act there.
    if (people === 'everyone' || people.users.includes(actor.id)) return true;
    for (const role of people.groups) {
      if (actor.groups?.includes(role) ?? (await membersOf(role)).has(actor.id)) return true;
    }
    return false;
  };

  return {
    labellers,
    operators,
    mayLabel: (actor) => includes(labellers, actor),
    mayOperate: (actor) => includes(operators, actor),
    saw: async (actor) => {
      const { groups } = actor;
      if (groups === undefined) return;
      try {
        for (const role of new Set(watched)) await note(role, actor, groups.includes(role));
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the roles of a person could not be stored');
      }
    },
    knownOperators: async () => {
      if (operators === 'everyone') return null;
      const byRole = await Promise.all(operators.groups.map(membersOf));
      return [...new Set([...operators.users, ...byRole.flatMap((members) => [...members])])];
    },
  };
};
