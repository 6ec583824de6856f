import { useEffect, useReducer } from 'react';
import type { PageEvent, PageState } from '../page-protocol.ts';
import type { Notice, StoredMessage } from '../workspace/types.ts';

/** The page's model: the workspace as this person sees it, live. */
export interface Model extends Omit<PageState, 'type' | 'messages'> {
  readonly messages: readonly StoredMessage[];
  /** Slack's own notices about a message, by its ts. */
  readonly notices: readonly Notice[];
}

export type Live = { readonly model: Model | null; readonly connected: boolean };

type LiveAction =
  | { readonly type: 'connection'; readonly connected: false }
  | { readonly type: 'older'; readonly messages: readonly StoredMessage[] }
  | { readonly type: 'dismiss'; readonly message: StoredMessage }
  | PageEvent;

/** The page's model after an event. */
export const reduceLive = (live: Live, action: LiveAction): Live => {
  if (action.type === 'connection') return { connected: action.connected, model: unheardOf(live.model) };
  if (action.type === 'state') {
    const { type: _, ...state } = action;
    // After a reconnect, older messages that were loaded stay.
    const kept =
      live.model?.user === state.user ? live.model.messages.filter(isBefore(state.messages[0])) : [];
    return { connected: true, model: { ...state, messages: [...kept, ...state.messages], notices: [] } };
  }
  return live.model === null ? live : { ...live, model: reduceModel(live.model, action) };
};

/** Without a connection to the sandbox, the app counts as disconnected. */
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

/** Replaces a message, or inserts a new one at its time. */
const withMessage = (messages: readonly StoredMessage[], message: StoredMessage): StoredMessage[] => {
  const next = messages.filter(({ ts, channel }) => ts !== message.ts || channel !== message.channel);
  const at = next.findLastIndex(({ ts }) => ts < message.ts) + 1;
  return next.toSpliced(at, 0, message);
};

/** Follows the workspace as one person, also through restarts of the sandbox. */
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
