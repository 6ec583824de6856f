import { intents } from '../../gateway/intents.ts';
import { ids } from '../../guild/ids.ts';
import type { Member } from '../../guild/types.ts';
import { checkInteger } from '../../validate/problems.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { type Answer, type Call, ok, param, type Route } from '../route.ts';

const often = { limit: 10, windowMs: 10_000 };

/** The server, which the app is in. @throws 10004, 50001 */
const needGuild = (call: Call): void => {
  if (param(call, 'guild') !== ids.guild) refuse('unknownGuild');
  if (call.core.guild.member(ids.bot)?.inGuild !== true) refuse('missingAccess');
};

const memberNamed = (call: Call): Member => {
  const id = param(call, 'user');
  const member = call.core.guild.member(id);
  if (member === undefined) return refuse('unknownUser');
  return member.inGuild ? member : refuse('unknownMember');
};

/** The full list needs the members intent, which Discord grants on request. */
const listMembers = (call: Call): Answer => {
  needGuild(call);
  if ((call.core.settings.privilegedIntents & intents.GUILD_MEMBERS) === 0) refuse('missingAccess');
  const limit = Number(call.query.get('limit') ?? 1);
  refuseForm(checkInteger(limit, ['limit'], { min: 1, max: 1_000 }));
  const after = BigInt(call.query.get('after') ?? '0');
  const found = call.core.guild.members().filter(({ id, inGuild }) => inGuild && BigInt(id) > after);
  return ok(found.slice(0, limit).map(call.core.payloads.member));
};

const withGuild =
  (run: (call: Call) => unknown): ((call: Call) => Answer) =>
  (call) => {
    needGuild(call);
    return ok(run(call));
  };

export const guildRoutes: readonly Route[] = [
  {
    name: 'get-guild',
    method: 'GET',
    path: '/guilds/:guild',
    rate: often,
    run: withGuild(({ core }) => core.payloads.guild()),
  },
  {
    name: 'get-guild-channels',
    method: 'GET',
    path: '/guilds/:guild/channels',
    rate: often,
    run: withGuild(({ core }) =>
      core.guild
        .channels()
        .filter(({ type }) => type === 0)
        .map(core.payloads.channel),
    ),
  },
  {
    name: 'get-guild-roles',
    method: 'GET',
    path: '/guilds/:guild/roles',
    rate: often,
    run: withGuild(({ core }) => core.guild.roles.map(core.payloads.role)),
  },
  {
    name: 'list-guild-members',
    method: 'GET',
    path: '/guilds/:guild/members',
    rate: often,
    run: listMembers,
  },
  {
    name: 'get-guild-member',
    method: 'GET',
    path: '/guilds/:guild/members/:user',
    rate: { limit: 5, windowMs: 1_000 },
    run: withGuild((call) => call.core.payloads.member(memberNamed(call))),
  },
];
