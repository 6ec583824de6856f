import { isObject, type JsonObject, objectsOf, stringOf } from 'sandbox-kit/json';
import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { isSelect } from '../validate/validate-selects.ts';
import { ImpossibleAct, interact, memberOf } from './acts.ts';
import { refuseChoice } from './component-acts.ts';
import { resolved } from './interaction-payloads.ts';
import { interactionType } from './interactions.ts';

type Values = Readonly<Record<string, string | readonly string[]>>;

/** Submitting and closing modals. */
export const createModalActs = (core: Core): Pick<SandboxActs, 'submit' | 'closeModal'> => ({
  submit: async ({ user, values = {} }) => {
    memberOf(user, core);
    const modal = core.modals.of(user);
    if (modal === undefined) throw new ImpossibleAct(`${user} has no modal open`);
    const known = modal.components.flatMap(inputsOf).map(({ custom_id }) => custom_id);
    const strange = Object.keys(values).find((key) => !known.includes(key));
    if (strange !== undefined) throw new ImpossibleAct(`the modal has no input "${strange}"`);
    const chosen = Object.values(values).flat();
    const data = {
      custom_id: modal.customId,
      components: modal.components.map((part) => submitted(part, values)),
      resolved: resolved(chosen, core),
    };
    const { result } = await interact(core, {
      type: interactionType.modalSubmit,
      user,
      channel: modal.channel,
      data,
      source: modal.source,
    });
    // Without an answer the modal stays open with its values and shows an error.
    if (result.outcome === 'answered') core.modals.close(user);
    return result;
  },
  closeModal: async ({ user }) => core.modals.close(user),
});

/** Inputs and menus of a modal's part. */
const inputsOf = (part: JsonObject): JsonObject[] => [
  ...objectsOf(part.components),
  ...(isObject(part.component) ? [part.component] : []),
];

/** A part of a modal in the submission: its inputs with their values. */
const submitted = (part: JsonObject, values: Values): JsonObject => {
  const base = { type: part.type, id: part.id ?? 1 };
  if (isObject(part.component)) return { ...base, component: filled(part.component, values) };
  return Array.isArray(part.components)
    ? { ...base, components: objectsOf(part.components).map((input) => filled(input, values)) }
    : base;
};

/** @throws ImpossibleAct for anything that Discord's client would not send */
const filled = (input: JsonObject, values: Values): JsonObject => {
  const id = String(input.custom_id);
  const given = values[id];
  const base = { type: input.type, id: input.id ?? 1, custom_id: id };
  if (isSelect(input)) {
    const before = objectsOf(input.options).filter((option) => option.default === true);
    const chosen =
      given === undefined
        ? before.map(({ value }) => String(value))
        : typeof given === 'string'
          ? [given]
          : given;
    if (chosen.length > 0 || input.required !== false) refuseChoice(input, chosen);
    return { ...base, values: chosen };
  }
  const text = (typeof given === 'string' ? given : given?.[0]) ?? stringOf(input.value) ?? '';
  const min = typeof input.min_length === 'number' ? input.min_length : 0;
  const max = typeof input.max_length === 'number' ? input.max_length : 4_000;
  if (input.required !== false && text === '') throw new ImpossibleAct(`"${id}" must be filled in`);
  if (text.length > max || (text !== '' && text.length < min))
    throw new ImpossibleAct(`"${id}" takes ${min} to ${max} characters`);
  return { ...base, value: text };
};
