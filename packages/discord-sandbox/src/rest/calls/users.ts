import { stringOf } from 'sandbox-kit/json';
import type { Core } from '../../core.ts';
import { ids, names } from '../../guild/ids.ts';
import { isSnowflake } from '../../guild/snowflakes.ts';
import { problem } from '../../validate/problems.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { type Answer, type Call, ok, param, type Route } from '../route.ts';

const often = { limit: 10, windowMs: 10_000 };

/** The direct message channel of the app and a person, created at the first call. */
const openDirect = ({ core, body }: Call): Answer => {
  const person = stringOf(body.recipient_id) ?? '';
  if (!isSnowflake(person))
    refuseForm([problem(['recipient_id'], 'NUMBER_TYPE_COERCE', `Value "${person}" is not snowflake.`)]);
  const member = core.guild.member(person);
  if (member === undefined || member.bot) refuse('closedDirectMessages');
  const known = core.guild.channels().find(({ recipient }) => recipient === person);
  const channel =
    known ??
    core.guild.addChannel({
      id: core.guild.nextId(),
      type: 1,
      name: '',
      overwrites: [],
      recipient: person,
    });
  return ok(core.payloads.channel(channel));
};

const application = (core: Core): unknown => ({
  id: ids.bot,
  name: names.bot,
  icon: null,
  description: '',
  bot_public: false,
  bot_require_code_grant: false,
  verify_key: '0'.repeat(64),
  flags: 0,
  bot: core.payloads.user(ids.bot),
  owner: core.payloads.user(ids.vera),
  approximate_guild_count: core.guild.member(ids.bot)?.inGuild === true ? 1 : 0,
  integration_types_config: { 0: {} },
});

export const userRoutes: readonly Route[] = [
  {
    name: 'get-gateway',
    method: 'GET',
    path: '/gateway',
    rate: often,
    open: true,
    run: ({ core }) => ok({ url: core.gateway.url() }),
  },
  {
    name: 'get-gateway-bot',
    method: 'GET',
    path: '/gateway/bot',
    rate: { limit: 2, windowMs: 5_000 },
    run: ({ core }) =>
      ok({ url: core.gateway.url(), shards: 1, session_start_limit: core.gateway.startLimit() }),
  },
  {
    name: 'get-current-user',
    method: 'GET',
    path: '/users/@me',
    rate: often,
    run: ({ core }) => ok({ ...core.payloads.user(ids.bot), verified: true, mfa_enabled: true, email: null }),
  },
  {
    name: 'get-current-user-guilds',
    method: 'GET',
    path: '/users/@me/guilds',
    rate: often,
    run: ({ core }) =>
      ok(
        core.guild.member(ids.bot)?.inGuild === true
          ? [{ id: ids.guild, name: names.guild, icon: null, owner: false, permissions: '0', features: [] }]
          : [],
      ),
  },
  { name: 'create-dm', method: 'POST', path: '/users/@me/channels', rate: often, run: openDirect },
  {
    name: 'get-user',
    method: 'GET',
    path: '/users/:user',
    rate: often,
    run: (call) => {
      const id = param(call, 'user');
      if (call.core.guild.member(id) === undefined) refuse('unknownUser');
      return ok(call.core.payloads.user(id));
    },
  },
  {
    name: 'get-current-application',
    method: 'GET',
    path: '/applications/@me',
    rate: often,
    run: ({ core }) => ok(application(core)),
  },
  {
    name: 'get-current-bot-application-information',
    method: 'GET',
    path: '/oauth2/applications/@me',
    rate: often,
    run: ({ core }) => ok(application(core)),
  },
];
