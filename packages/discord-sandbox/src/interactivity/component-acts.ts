import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { ActResult, ClickRequest, SandboxActs, SelectRequest } from '../controls.ts';
import type { Core } from '../core.ts';
import { flatComponents } from '../validate/validate-components.ts';
import { isSelect } from '../validate/validate-selects.ts';
import { ImpossibleAct, interact, memberOf, messageFor } from './acts.ts';
import { resolved } from './interaction-payloads.ts';
import { interactionType } from './interactions.ts';

/** Buttons and menus of messages. */
export const createComponentActs = (core: Core): Pick<SandboxActs, 'click' | 'select'> => {
  const act = async (
    request: ClickRequest,
    wanted: (component: JsonObject) => boolean,
    dataOf: (component: JsonObject) => JsonObject,
  ): Promise<ActResult> => {
    const { id: user } = memberOf(request.user, core);
    const message = messageFor(user, request.message, core);
    const matches = (component: JsonObject): boolean =>
      component.custom_id === request.customId && component.disabled !== true && wanted(component);
    const earlier = request.stale === true ? core.guild.earlierComponents(message.id) : [];
    const component = flatComponents([...message.components, ...earlier]).find(matches);
    if (component === undefined)
      throw new ImpossibleAct(`message ${message.id} shows nothing with custom_id "${request.customId}"`);
    const data = {
      component_type: component.type,
      custom_id: component.custom_id,
      id: component.id,
      ...dataOf(component),
    };
    const { result } = await interact(core, {
      type: interactionType.component,
      user,
      channel: message.channel_id,
      data,
      source: message.id,
    });
    return result;
  };
  return {
    click: (request) =>
      act(
        request,
        (component) => component.type === 2,
        () => ({}),
      ),
    select: (request: SelectRequest) =>
      act(request, isSelect, (select) => {
        refuseChoice(select, request.values);
        return {
          values: request.values,
          ...(select.type === 3 ? {} : { resolved: resolved(request.values, core) }),
        };
      }),
  };
};

/** Checks a choice as Discord's client does. @throws ImpossibleAct */
export const refuseChoice = (select: JsonObject, values: readonly string[]): void => {
  const min = typeof select.min_values === 'number' ? select.min_values : 1;
  const max = typeof select.max_values === 'number' ? select.max_values : 1;
  if (values.length < min || values.length > max)
    throw new ImpossibleAct(`"${String(select.custom_id)}" takes ${min} to ${max} values`);
  const options = objectsOf(select.options).map(({ value }) => value);
  const strange = select.type === 3 ? values.find((value) => !options.includes(value)) : undefined;
  if (strange !== undefined)
    throw new ImpossibleAct(`"${String(select.custom_id)}" has no option "${strange}"`);
};
