import { type JsonObject, objectsOf } from 'sandbox-kit/json';
import { limits } from '../validate/limits.ts';
import { SlackApiError } from '../web-api/api-error.ts';
import { ids, newId } from '../workspace/ids.ts';
import { identifyBlocks, type Workspace } from '../workspace/workspace.ts';
import { type Choice, stateValues } from './elements.ts';

/** A person's open modal or Home tab. */
export interface View {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | null;
  readonly hash: string;
  /** The app's view, with block and action ids filled in. */
  readonly content: JsonObject;
  readonly choices: ReadonlyMap<string, Choice>;
  /** Files in its blocks that people cannot see, because no posted message has shared them. */
  readonly placeholders: readonly string[];
}

/** Everyone's modals (stacks of at most three) and published Home tabs. */
export interface OpenViews {
  readonly stack: (user: string) => readonly View[];
  readonly find: (query: {
    readonly id?: string | undefined;
    readonly externalId?: string | undefined;
  }) => View | undefined;
  /** Opens a modal, replacing the person's open ones. */
  readonly open: (user: string, content: JsonObject) => View;
  readonly push: (user: string, content: JsonObject) => View;
  readonly update: (view: View, content: JsonObject) => View;
  readonly choose: (view: View, key: string, choice: Choice) => View;
  /** Closes the top modal, or all of them. */
  readonly close: (user: string, which: 'top' | 'all') => void;
  readonly publishHome: (user: string, content: JsonObject) => View;
  readonly home: (user: string) => View | undefined;
}

export const createOpenViews = (workspace: Workspace): OpenViews => {
  const stacks = new Map<string, readonly View[]>();
  const stack = (user: string): readonly View[] => stacks.get(user) ?? [];
  const keep = (user: string, views: readonly View[]): void => {
    stacks.set(user, views);
    workspace.announce({ type: 'modals', user });
  };
  const newHash = (): string => `${workspace.nextTs()}.${newId('').slice(0, 8)}`;
  const identified = (content: JsonObject): JsonObject => ({
    ...content,
    blocks: identifyBlocks(objectsOf(content.blocks)),
  });
  const placeholdersIn = (content: JsonObject): string[] => workspace.placeholders(objectsOf(content.blocks));
  const all = (): View[] => [...stacks.values()].flat();
  const replace = (view: View): View => {
    keep(
      view.user,
      stack(view.user).map((other) => (other.id === view.id ? view : other)),
    );
    return view;
  };
  const checkExternalId = (content: JsonObject): void => {
    const id = content.external_id;
    if (typeof id === 'string' && id !== '' && all().some((view) => view.content.external_id === id))
      throw new SlackApiError('duplicate_external_id');
  };
  const create = (user: string, content: JsonObject, below: View | undefined): View => {
    const id = newId('V');
    return {
      id,
      user,
      rootId: below?.rootId ?? id,
      previousId: below?.id ?? null,
      hash: newHash(),
      content: identified(content),
      choices: new Map(),
      placeholders: placeholdersIn(content),
    };
  };
  const homeOf = (user: string, content: JsonObject): View => ({
    id: `VHOME${user}`,
    user,
    rootId: `VHOME${user}`,
    previousId: null,
    hash: String(content.hash),
    content,
    choices: new Map(),
    placeholders: Array.isArray(content.placeholders) ? content.placeholders.map(String) : [],
  });

  return {
    stack,
    find: ({ id, externalId }) =>
      all().find((view) => (id === undefined ? view.content.external_id === externalId : view.id === id)),
    open: (user, content) => {
      checkExternalId(content);
      const view = create(user, content, undefined);
      keep(user, [view]);
      return view;
    },
    push: (user, content) => {
      checkExternalId(content);
      const below = stack(user);
      if (below.length >= limits.viewStack) throw new SlackApiError('push_limit_reached');
      const view = create(user, content, below.at(-1));
      keep(user, [...below, view]);
      return view;
    },
    update: (view, content) =>
      replace({
        ...view,
        hash: newHash(),
        content: identified(content),
        placeholders: placeholdersIn(content),
      }),
    choose: (view, key, choice) => {
      const next = { ...view, choices: new Map(view.choices).set(key, choice) };
      return view.content.type === 'home' ? next : replace(next);
    },
    close: (user, which) => keep(user, which === 'all' ? [] : stack(user).slice(0, -1)),
    publishHome: (user, content) => {
      const stored = { ...identified(content), hash: newHash(), placeholders: placeholdersIn(content) };
      workspace.storage.saveHome(user, stored);
      workspace.announce({ type: 'home', user });
      return homeOf(user, stored);
    },
    home: (user) => {
      const content = workspace.storage.home(user);
      return content === undefined ? undefined : homeOf(user, content);
    },
  };
};

/** A view in payloads and Web API answers. */
export const viewPayload = (view: View): JsonObject => {
  const { placeholders: _, ...content } = view.content;
  return { ...viewDefaults, ...content, ...viewFields(view) };
};

/** A view for the person's page. */
export const shownView = (view: View): JsonObject => ({
  ...viewPayload(view),
  placeholders: view.placeholders,
});

const viewDefaults: JsonObject = {
  private_metadata: '',
  callback_id: '',
  external_id: '',
  clear_on_close: false,
  notify_on_close: false,
  close: null,
  submit: null,
  title: { type: 'plain_text', text: 'View Title', emoji: true },
};

const viewFields = (view: View): JsonObject => ({
  id: view.id,
  team_id: ids.team,
  app_id: ids.app,
  app_installed_team_id: ids.team,
  bot_id: ids.bot,
  hash: view.hash,
  root_view_id: view.rootId,
  previous_view_id: view.previousId,
  state: { values: stateValues(objectsOf(view.content.blocks), view.choices) },
});
