import { isObject, type JsonObject, objectsOf } from 'sandbox-kit/json';
import type { ActResult, SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { SlackApiError } from '../web-api/api-error.ts';
import { checkedView } from '../web-api/views.ts';
import { explain, findView, memberOf, resultOf } from './acts.ts';
import { type Choice, choiceKey, elementsOf, elementValue, initialChoice } from './elements.ts';
import type { View } from './open-views.ts';
import { viewClosed, viewSubmission } from './payloads.ts';

/** Submitting and closing modals. */
export const createModalActs = (core: Core): Pick<SandboxActs, 'submit' | 'closeView'> => ({
  submit: async ({ user, view: which = 'top', values = {} }) => {
    const member = memberOf(user, core);
    const { view, errors } = fillIn(findView(user, which, core), values, core);
    if (Object.keys(errors).length > 0) return { outcome: 'acknowledged', ms: 0, errors };
    const payload = viewSubmission(member, view, core.triggers.issue(user));
    const delivery = await core.link.deliver('interactive', payload);
    if (delivery.outcome !== 'acknowledged')
      return { ...resultOf(delivery), errors: { '': explain(delivery) } };
    const refused = follow(view, delivery.payload, core);
    return { ...resultOf(delivery), ...(refused === null ? {} : { errors: refused }) };
  },
  closeView: async ({ user, view: which = 'top' }): Promise<ActResult> => {
    const member = memberOf(user, core);
    const view = findView(user, which, core);
    core.views.close(user, view.content.clear_on_close === true ? 'all' : 'top');
    if (view.content.notify_on_close !== true) return { outcome: 'acknowledged', ms: 0 };
    const payload = viewClosed(member, view, view.content.clear_on_close === true);
    return resultOf(await core.link.deliver('interactive', payload));
  },
});

/** Writes typed values into the view's state, and checks them as Slack does before a submission. */
const fillIn = (
  view: View,
  values: Readonly<Record<string, Choice>>,
  core: Core,
): { view: View; errors: Record<string, string> } => {
  const errors: Record<string, string> = {};
  let filled = view;
  for (const { blockId, actionId, element, input, optional } of elementsOf(objectsOf(view.content.blocks))) {
    if (!input) continue;
    const key = choiceKey(blockId, actionId);
    const choice = values[actionId] ?? values[blockId] ?? view.choices.get(key) ?? initialChoice(element);
    if (isEmpty(elementValue(element, choice))) {
      if (!optional) errors[blockId] = 'Please complete this required field.';
    } else {
      const problem = lengthProblem(element, choice);
      if (problem !== null) errors[blockId] = problem;
      filled = core.views.choose(filled, key, choice);
    }
  }
  return { view: filled, errors };
};

const isEmpty = (value: JsonObject): boolean =>
  Object.entries(value).every(
    ([key, content]) =>
      key === 'type' ||
      content === null ||
      content === '' ||
      (Array.isArray(content) && content.length === 0),
  );

const lengthProblem = (element: JsonObject, choice: Choice): string | null => {
  if (typeof choice !== 'string') return null;
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && choice.length < min) return `Must be at least ${min} characters.`;
  if (typeof max === 'number' && choice.length > max) return `Must be at most ${max} characters.`;
  return null;
};

const trouble = 'We had some trouble with the app’s answer:';

/** Carries out the acknowledgement of a submission; returns the errors for the modal. */
const follow = (view: View, answer: JsonObject, core: Core): Record<string, string> | null => {
  switch (answer.response_action) {
    case undefined:
      core.views.close(view.user, 'top');
      return null;
    case 'clear':
      core.views.close(view.user, 'all');
      return null;
    case 'errors':
      return shownErrors(view, answer.errors);
    case 'update':
    case 'push':
      try {
        const content = checkedView(answer.view, core, 'modal');
        if (answer.response_action === 'push') core.views.push(view.user, content);
        else core.views.update(view, content);
        return null;
      } catch (error) {
        if (!(error instanceof SlackApiError)) throw error;
        return { '': `${trouble} ${error.code} ${JSON.stringify(error.details)}` };
      }
    default:
      return { '': `${trouble} unknown response_action ${String(answer.response_action)}` };
  }
};

/** Slack shows errors only beside input blocks; others are the app's mistake. */
const shownErrors = (view: View, errors: unknown): Record<string, string> => {
  const inputs = new Set(
    objectsOf(view.content.blocks)
      .filter((block) => block.type === 'input')
      .map((block) => block.block_id),
  );
  const entries = isObject(errors) ? Object.entries(errors) : [];
  const stray = entries.find(([blockId]) => !inputs.has(blockId));
  if (entries.length === 0 || stray !== undefined)
    return { '': `${trouble} errors must name input blocks, got ${JSON.stringify(errors)}` };
  return Object.fromEntries(entries.map(([blockId, text]) => [blockId, String(text)]));
};
