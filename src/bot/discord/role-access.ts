import type { Logger } from 'pino';
import { messageOf } from '../../lib/errors.ts';
import { keepMembers, readMembers } from '../../store/chat/people.ts';
import type { Db } from '../../store/open-store.ts';
import type { Access, Actor, People } from '../access.ts';

/** Access by the roles that come with what people do. */
export interface RoleAccess extends Access {
  /** Somebody did something: who has which role is known by it, also for what brings no roles along. */
  saw(actor: Actor): Promise<void>;
  /** Those who run the loop, as far as they are known; null for everyone. */
  knownOperators(): Promise<readonly string[] | null>;
}

export interface RoleAccessOptions {
  readonly labellers: People;
  readonly operators: People;
  readonly db: Db;
  readonly log: Logger;
}

/**
 * With the one intent that the bot has Discord does not list a role's members, and need not: each click and command
 * brings the roles of whoever did it. Who has shown a role is kept, for the operators to be told of trouble, and
 * for their answers in direct messages, which bring none.
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
    // Only those who see the channel can do something there.
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
        log.warn({ error: messageOf(error) }, 'it was not kept who has a role');
      }
    },
    knownOperators: async () => {
      if (operators === 'everyone') return null;
      const byRole = await Promise.all(operators.groups.map(membersOf));
      return [...new Set([...operators.users, ...byRole.flatMap((members) => [...members])])];
    },
  };
};
