import type { JsonObject } from 'sandbox-kit/json';
import { objectsOf } from 'sandbox-kit/json';
import type { ActResult, ClickRequest, Place, SandboxActs, SelectRequest } from '../controls.ts';
import type { Core } from '../core.ts';
import { directChannelOf, ids, newId } from '../workspace/ids.ts';
import type { Member, StoredMessage } from '../workspace/types.ts';
import { channelName, explain, findView, ImpossibleAct, memberOf, responseUrlOf, resultOf } from './acts.ts';
import { choiceKey, elementsOf, elementValue, type PlacedElement } from './elements.ts';
import type { Delivery } from './envelopes.ts';
import type { View } from './open-views.ts';
import { messageActions, viewActions } from './payloads.ts';

/** Buttons, menus and pickers of messages, modals and the Home tab. */
export const createElementActs = (core: Core): Pick<SandboxActs, 'click' | 'select'> => {
  const { workspace } = core;

  const act = async (
    request: ClickRequest | SelectRequest,
    matches: (placed: PlacedElement) => boolean,
    actionOf: (placed: PlacedElement) => JsonObject,
  ): Promise<ActResult> => {
    const member = memberOf(request.user, core);
    const where = findPlace(request, core);
    const shown = elementsOf(where.blocks).find(matches);
    const placed = shown ?? (request.stale === true ? elementsOf(where.earlier).find(matches) : undefined);
    if (placed === undefined)
      throw new ImpossibleAct(`${where.name} shows no element with action_id "${request.actionId}"`);
    const action = {
      type: placed.element.type,
      action_id: placed.actionId,
      block_id: placed.blockId,
      ...actionOf(placed),
      action_ts: workspace.nextTs(),
    };
    const triggerId = core.triggers.issue(member.id);
    if (where.message === undefined) {
      const payload = viewActions({
        member,
        view: chosen(where.view, request, placed, core),
        action,
        triggerId,
      });
      return resultOf(await core.link.deliver('interactive', payload));
    }
    const responseUrl = issueResponseUrl(core, member, where.message.channel, where.message);
    const payload = messageActions({
      member,
      message: where.message,
      channelName: channelName(where.message.channel, core),
      action,
      triggerId,
      responseUrl,
    });
    const delivery = await core.link.deliver('interactive', payload);
    if (delivery.outcome !== 'acknowledged') warn(core, member, where.message, delivery);
    return resultOf(delivery);
  };

  return {
    click: (request) =>
      act(
        request,
        ({ element, actionId, blockId }) =>
          isButton(element) &&
          actionId === request.actionId &&
          (request.blockId === undefined || blockId === request.blockId) &&
          (request.value === undefined || element.value === request.value),
        ({ element }) => ({
          text: element.text,
          ...(element.value === undefined ? {} : { value: element.value }),
          ...(element.url === undefined ? {} : { url: element.url }),
          ...(element.style === undefined ? {} : { style: element.style }),
        }),
      ),
    select: (request) =>
      act(
        request,
        ({ element, actionId, blockId }) =>
          !isButton(element) &&
          actionId === request.actionId &&
          (request.blockId === undefined || blockId === request.blockId),
        ({ element }) => {
          const value = elementValue(element, request.value);
          if (Object.values(value).includes(null))
            throw new ImpossibleAct(`"${request.actionId}" has no option "${String(request.value)}"`);
          return { ...value, placeholder: element.placeholder };
        },
      ),
  };
};

type Found = {
  readonly name: string;
  readonly blocks: readonly JsonObject[];
  readonly earlier: readonly JsonObject[];
} & (
  | { readonly message: StoredMessage; readonly view?: undefined }
  | { readonly message?: undefined; readonly view: View }
);

const findPlace = (place: Place, core: Core): Found => {
  if (place.view !== undefined) {
    const view = findView(place.user, place.view, core);
    return { name: `view ${view.id}`, blocks: objectsOf(view.content.blocks), earlier: [], view };
  }
  const ts = place.ts ?? '';
  const channel = place.channel ?? ids.channel;
  const message =
    core.workspace.storage.message(channel, ts) ??
    core.workspace.storage.message(directChannelOf(place.user), ts);
  if (message === undefined || (message.ephemeral_to ?? place.user) !== place.user)
    throw new ImpossibleAct(`${place.user} sees no message ${ts} in ${channel}`);
  const earlier = core.workspace.earlierBlocks(message.channel, ts);
  return { name: `message ${ts}`, blocks: message.blocks, earlier, message };
};

/** The view with a selection in its state. */
const chosen = (
  view: View,
  request: ClickRequest | SelectRequest,
  placed: PlacedElement,
  core: Core,
): View =>
  isButton(placed.element)
    ? view
    : core.views.choose(view, choiceKey(placed.blockId, placed.actionId), request.value ?? null);

const isButton = (element: JsonObject): boolean =>
  ['button', 'workflow_button', 'icon_button'].includes(String(element.type));

const issueResponseUrl = (core: Core, member: Member, channel: string, message: StoredMessage): string =>
  responseUrlOf(
    core,
    core.responseUrls.issue({ user: member.id, channel, messageTs: message.ts, threadTs: message.thread_ts }),
  );

const warn = (core: Core, member: Member, message: StoredMessage, delivery: Delivery): void =>
  core.workspace.announce({
    type: 'notice',
    notice: {
      id: newId('N'),
      user: member.id,
      channel: message.channel,
      about: message.ts,
      text: explain(delivery),
    },
  });
