import { isObject, type JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { type View, viewPayload } from '../interactivity/open-views.ts';
import { validateView } from '../validate/validate-message.ts';
import { missing, refuse, SlackApiError } from './api-error.ts';
import { checkBlockFiles } from './check-block-files.ts';
import type { Arguments, Methods } from './method.ts';

export const viewsMethods: Methods = {
  'views.open': {
    token: 'bot',
    perMinute: 100,
    run: (args, core) => {
      const view = readView(args, core, 'modal');
      const user = core.triggers.exchange(args.required('trigger_id'));
      return { view: viewPayload(core.views.open(user, view)) };
    },
  },
  'views.push': {
    token: 'bot',
    perMinute: 100,
    run: (args, core) => {
      const view = readView(args, core, 'modal');
      const user = core.triggers.exchange(args.required('trigger_id'));
      return { view: viewPayload(core.views.push(user, view)) };
    },
  },
  'views.update': {
    token: 'bot',
    perMinute: 100,
    run: (args, core) => {
      const content = readView(args, core, 'modal');
      const id = args.text('view_id');
      const externalId = args.text('external_id');
      if (id === undefined && externalId === undefined) throw missing('view_id');
      const view = core.views.find({ id, externalId });
      if (view === undefined) throw new SlackApiError('not_found');
      checkHash(args, view);
      return { view: viewPayload(core.views.update(view, content)) };
    },
  },
  'views.publish': {
    token: 'bot',
    perMinute: 100,
    run: (args, core) => {
      const content = readView(args, core, 'home');
      const user = args.required('user_id');
      if (core.workspace.member(user) === undefined)
        throw new SlackApiError('invalid_arguments', {
          response_metadata: { messages: ['[ERROR] user_not_found [json-pointer:/user_id]'] },
        });
      checkHash(args, core.views.home(user));
      return { view: viewPayload(core.views.publishHome(user, content)) };
    },
  },
};

const readView = (args: Arguments, core: Core, type: 'modal' | 'home'): JsonObject => {
  const view = args.json('view');
  if (view === undefined) throw missing('view');
  return checkedView(view, core, type);
};

/** A valid view of this type. @throws Slack's error */
export const checkedView = (view: unknown, core: Core, type: 'modal' | 'home'): JsonObject => {
  refuse(validateView(view));
  if (!isObject(view) || view.type !== type)
    throw new SlackApiError('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] must be a ${type} [json-pointer:/view/type]`] },
    });
  checkBlockFiles(view.blocks, core);
  return view;
};

const checkHash = (args: Arguments, view: View | undefined): void => {
  const hash = args.text('hash');
  if (hash !== undefined && view !== undefined && hash !== view.hash)
    throw new SlackApiError('hash_conflict');
};
