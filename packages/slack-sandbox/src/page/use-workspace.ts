import { useEffect, useReducer } from 'react';
import type { PageEvent, PageState } from '../page-protocol.ts';
import type { Notice, StoredMessage } from '../workspace/types.ts';

/** What the page knows: the workspace as this person sees it, live. */
export interface Model extends Omit<PageState, 'type' | 'messages'> {
  readonly messages: readonly StoredMessage[];
  /** What the chat tool says about a message, by its ts. */
  readonly notices: readonly Notice[];
}

export type Live = { readonly model: Model | null; readonly connected: boolean };

type LiveAction =
  | { readonly type: 'connection'; readonly connected: false }
  | { readonly type: 'older'; readonly messages: readonly StoredMessage[] }
  | { readonly type: 'dismiss'; readonly message: StoredMessage }
  | PageEvent;

/** The page's model after something happened. */
export const reduceLive = (live: Live, action: LiveAction): Live => {
  if (action.type === 'connection') return { connected: action.connected, model: unheardOf(live.model) };
  if (action.type === 'state') {
    const { type: _, ...state } = action;
    // After a lost connection the older messages that were loaded by hand stay.
    const kept =
      live.model?.user === state.user ? live.model.messages.filter(isBefore(state.messages[0])) : [];
    return { connected: true, model: { ...state, messages: [...kept, ...state.messages], notices: [] } };
  }
  return live.model === null ? live : { ...live, model: reduceModel(live.model, action) };
};

/** Whoever does not hear of the workspace knows of no app that is connected to it, nor of one that answers. */
const unheardOf = (model: Model | null): Model | null =>
  model === null ? null : { ...model, status: { ...model.status, connections: 0, answering: null } };

const reduceModel = (model: Model, action: Exclude<LiveAction, { type: 'connection' | 'state' }>): Model => {
  switch (action.type) {
    case 'message':
      return {
        ...model,
        messages: withMessage(model.messages, action.message),
        notices: model.notices.filter((notice) => notice.about !== action.message.ts),
      };
    case 'message_deleted':
      return { ...model, messages: model.messages.filter(({ ts }) => ts !== action.ts) };
    case 'dismiss':
      return { ...model, messages: model.messages.filter(({ ts }) => ts !== action.message.ts) };
    case 'older': {
      const known = new Set(model.messages.map(({ ts }) => ts));
      const older = action.messages.filter(({ ts }) => !known.has(ts));
      return { ...model, messages: [...older, ...model.messages], hasOlder: older.length > 0 };
    }
    case 'home':
      return { ...model, home: action.view };
    case 'modals':
      return { ...model, modals: action.views };
    case 'notice':
      return { ...model, notices: [...model.notices, action.notice] };
    case 'status':
      return { ...model, status: action.status };
  }
};

const isBefore =
  (first: StoredMessage | undefined) =>
  (message: StoredMessage): boolean =>
    first !== undefined && message.ts < first.ts;

/** Replaces a message, or puts a new one where its time says. */
const withMessage = (messages: readonly StoredMessage[], message: StoredMessage): StoredMessage[] => {
  const next = messages.filter(({ ts, channel }) => ts !== message.ts || channel !== message.channel);
  const at = next.findLastIndex(({ ts }) => ts < message.ts) + 1;
  return next.toSpliced(at, 0, message);
};

/** Follows the workspace as one person, through restarts of the sandbox. */
export const useWorkspace = (user: string): [Live, (action: LiveAction) => void] => {
  const [live, dispatch] = useReducer(reduceLive, { model: null, connected: true });
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: number | undefined;
    const connect = (): void => {
      source = new EventSource(`/sandbox/events?user=${encodeURIComponent(user)}`);
      source.onmessage = (event) => dispatch(JSON.parse(event.data));
      source.onerror = () => {
        dispatch({ type: 'connection', connected: false });
        source?.close();
        timer = window.setTimeout(connect, 1_000);
      };
    };
    connect();
    return () => {
      source?.close();
      window.clearTimeout(timer);
    };
  }, [user]);
  return [live, dispatch];
};
