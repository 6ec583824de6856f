import type { JsonObject } from 'sandbox-kit/json';
import { ids } from '../../guild/ids.ts';
import { checkCommand, checkCommands } from '../../validate/validate-commands.ts';
import { refuse, refuseForm } from '../api-error.ts';
import { type Answer, type Call, created, noContent, ok, param, type Route } from '../route.ts';

const reading = { limit: 10, windowMs: 10_000 };
const writing = { limit: 5, windowMs: 20_000 };
const CHAT_INPUT = 1;

/** The scope of an address: a server's commands, or (null) global ones. */
const scopeOf = (call: Call): string | null => {
  if (param(call, 'application') !== ids.bot) refuse('unknownApplication');
  const { guild } = call.params;
  if (guild === undefined) return null;
  if (guild !== ids.guild) refuse('unknownGuild');
  if (call.core.guild.member(ids.bot)?.inGuild !== true) refuse('missingAccess');
  return guild;
};

/** A stored command: with an id, a version and defaults. */
const kept = (
  call: Call,
  scope: string | null,
  given: JsonObject,
  known: JsonObject | undefined,
): JsonObject => {
  const type = given.type ?? CHAT_INPUT;
  return {
    id: known?.id ?? call.core.guild.nextId(),
    application_id: ids.bot,
    version: call.core.guild.nextId(),
    default_member_permissions: given.default_member_permissions ?? null,
    type,
    name: given.name,
    name_localizations: null,
    description: type === CHAT_INPUT ? given.description : '',
    description_localizations: null,
    dm_permission: given.dm_permission ?? true,
    contexts: given.contexts ?? null,
    integration_types: given.integration_types ?? [0],
    nsfw: given.nsfw ?? false,
    ...(scope === null ? {} : { guild_id: scope }),
    ...(given.options === undefined ? {} : { options: given.options }),
  };
};

const same =
  (given: JsonObject): ((one: JsonObject) => boolean) =>
  (one) =>
    one.name === given.name && (one.type ?? CHAT_INPUT) === (given.type ?? CHAT_INPUT);

const save = (call: Call, scope: string | null, commands: readonly JsonObject[]): void => {
  call.core.guild.storage.saveCommands(scope, commands);
  call.core.guild.announce({ type: 'commands' });
};

const overwrite = (call: Call): Answer => {
  const scope = scopeOf(call);
  refuseForm(checkCommands(call.list));
  const before = call.core.guild.storage.commands(scope);
  const commands = call.list.map((given) => kept(call, scope, given, before.find(same(given))));
  save(call, scope, commands);
  return ok(commands);
};

const create = (call: Call): Answer => {
  const scope = scopeOf(call);
  const before = call.core.guild.storage.commands(scope);
  const known = before.find(same(call.body));
  const others = before.filter((one) => one !== known);
  refuseForm(checkCommand(call.body));
  const command = kept(call, scope, call.body, known);
  save(call, scope, [...others, command]);
  return known === undefined ? created(command) : ok(command);
};

const one = (call: Call, scope: string | null): JsonObject =>
  call.core.guild.storage.commands(scope).find(({ id }) => id === param(call, 'command')) ??
  refuse('unknownCommand');

const edit = (call: Call): Answer => {
  const scope = scopeOf(call);
  const known = one(call, scope);
  const changed = { ...known, ...call.body };
  refuseForm(checkCommand(changed));
  const command = kept(call, scope, changed, known);
  const all = call.core.guild.storage.commands(scope);
  save(
    call,
    scope,
    all.map((other) => (other.id === known.id ? command : other)),
  );
  return ok(command);
};

const remove = (call: Call): Answer => {
  const scope = scopeOf(call);
  const known = one(call, scope);
  save(
    call,
    scope,
    call.core.guild.storage.commands(scope).filter(({ id }) => id !== known.id),
  );
  return noContent;
};

/** The same calls for both scopes, by Discord's titles. */
const routesOf = (scope: 'global' | 'guild', path: string): Route[] => [
  {
    name: `get-${scope}-application-commands`,
    method: 'GET',
    path,
    rate: reading,
    run: (call) => ok(call.core.guild.storage.commands(scopeOf(call))),
  },
  { name: `create-${scope}-application-command`, method: 'POST', path, rate: writing, run: create },
  {
    name: `bulk-overwrite-${scope}-application-commands`,
    method: 'PUT',
    path,
    rate: writing,
    run: overwrite,
  },
  {
    name: `get-${scope}-application-command`,
    method: 'GET',
    path: `${path}/:command`,
    rate: reading,
    run: (call) => ok(one(call, scopeOf(call))),
  },
  {
    name: `edit-${scope}-application-command`,
    method: 'PATCH',
    path: `${path}/:command`,
    rate: writing,
    run: edit,
  },
  {
    name: `delete-${scope}-application-command`,
    method: 'DELETE',
    path: `${path}/:command`,
    rate: writing,
    run: remove,
  },
];

export const commandRoutes: readonly Route[] = [
  ...routesOf('global', '/applications/:application/commands'),
  ...routesOf('guild', '/applications/:application/guilds/:guild/commands'),
];
