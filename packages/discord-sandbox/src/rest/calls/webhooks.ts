import type { Core } from '../../core.ts';
import { ids } from '../../guild/ids.ts';
import type { StoredMessage } from '../../guild/types.ts';
import type { InteractionState } from '../../interactivity/interactions.ts';
import { refuse } from '../api-error.ts';
import { contentOf } from '../message-content.ts';
import { type Answer, type Call, noContent, ok, param, type Route } from '../route.ts';
import { answerWith, rewrite } from './callbacks.ts';

const fivePerTwoSeconds = { limit: 5, windowMs: 2_000 };

/** The interaction of the address. @throws 10015 before its first answer, 50027 after 15 minutes */
const interactionOf = (call: Call): InteractionState => {
  if (param(call, 'webhook') !== ids.bot) refuse('unknownWebhook');
  const found = call.core.interactions.byToken(param(call, 'token'));
  if (found === 'unknown') return refuse('unknownWebhook');
  return found === 'expired' ? refuse('badWebhookToken') : found;
};

const storedMessage = (id: string | null, core: Core): StoredMessage =>
  (id === null ? undefined : core.guild.storage.message(id)) ?? refuse('unknownMessage');

const original = (call: Call): StoredMessage => storedMessage(interactionOf(call).original, call.core);

/** A message made with this interaction's token. */
const followup = (call: Call): StoredMessage => {
  const interaction = interactionOf(call);
  const id = param(call, 'message');
  if (id !== interaction.original && !interaction.followups.has(id)) refuse('unknownMessage');
  return storedMessage(id, call.core);
};

const editing =
  (which: (call: Call) => StoredMessage): ((call: Call) => Answer) =>
  (call) => {
    const message = which(call);
    const interaction = interactionOf(call);
    const next = rewrite(message, contentOf(call), call.core);
    if (next.id === interaction.original) interaction.awaited = false;
    return ok(call.core.payloads.message(next));
  };

const reading =
  (which: (call: Call) => StoredMessage): ((call: Call) => Answer) =>
  (call) =>
    ok(call.core.payloads.message(which(call)));

const removing =
  (which: (call: Call) => StoredMessage): ((call: Call) => Answer) =>
  (call) => {
    call.core.guild.remove(which(call));
    return noContent;
  };

/** Another message; the first one after a deferral is the deferred answer. */
const create = (call: Call): Answer => {
  const { core } = call;
  const interaction = interactionOf(call);
  const content = contentOf(call);
  if (interaction.awaited) {
    interaction.awaited = false;
    return ok(core.payloads.message(rewrite(storedMessage(interaction.original, core), content, core)));
  }
  const message = answerWith(content, interaction, core);
  interaction.followups.add(message.id);
  return ok(core.payloads.message(message));
};

const path = '/webhooks/:webhook/:token';

/** The three calls on one message, by Discord's titles. */
const routesOf = (
  title: 'original-interaction-response' | 'followup-message',
  which: (call: Call) => StoredMessage,
  address: string,
): Route[] => {
  const common = { path: `${path}/messages/${address}`, rate: fivePerTwoSeconds, open: true };
  return [
    { ...common, name: `get-${title}`, method: 'GET', run: reading(which) },
    { ...common, name: `edit-${title}`, method: 'PATCH', run: editing(which) },
    { ...common, name: `delete-${title}`, method: 'DELETE', run: removing(which) },
  ];
};

export const webhookRoutes: readonly Route[] = [
  {
    name: 'create-followup-message',
    method: 'POST',
    path,
    rate: fivePerTwoSeconds,
    open: true,
    run: create,
  },
  ...routesOf('original-interaction-response', original, '@original'),
  ...routesOf('followup-message', followup, ':message'),
];
