import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { elementsOf } from '../interactivity/elements.ts';
import type { StoredMessage } from '../workspace/types.ts';
import { api } from './api.ts';
import { Banner } from './banner.ts';
import { answerKeys, answerPrefix, answersOf, isCard, isOpenCard } from './cards.ts';
import { ChannelHeader } from './channel-header.ts';
import { Composer } from './composer.ts';
import { DeveloperPanel } from './developer-panel.ts';
import { h } from './h.ts';
import { HomePane } from './home-pane.ts';
import { KeysHelp } from './keys-help.ts';
import { MessageList } from './message-list.ts';
import { ModalView } from './modal-view.ts';
import { type PageContext, PageProvider } from './page-context.ts';
import { type Pane, Sidebar } from './sidebar.ts';
import { ThreadPanel } from './thread-panel.ts';
import { useKeyboard } from './use-keyboard.ts';
import { useTheme } from './use-theme.ts';
import { type Model, useWorkspace } from './use-workspace.ts';

const storedUser = 'finkvra-sandbox-user';

/** The whole page. */
export const App = (): ReactElement => {
  const [user, setUser] = useState(() => sessionStorage.getItem(storedUser) ?? 'U0VERA');
  const [{ model, connected }, dispatch] = useWorkspace(user);
  if (model === null)
    return h(
      'div',
      { className: 'loading', role: 'status' },
      connected ? 'Opening the workspace…' : 'The sandbox cannot be reached. Trying again…',
    );
  return h(Page, {
    model,
    connected,
    dispatch,
    switchUser: (next: string) => {
      sessionStorage.setItem(storedUser, next);
      setUser(next);
    },
  });
};

type Side = { readonly kind: 'thread'; readonly root: string } | { readonly kind: 'developer' } | null;

const Page = ({
  model,
  connected,
  dispatch,
  switchUser,
}: {
  model: Model;
  connected: boolean;
  dispatch: ReturnType<typeof useWorkspace>[1];
  switchUser: (user: string) => void;
}): ReactElement => {
  const [theme, toggleTheme] = useTheme();
  const [pane, setPane] = useState<Pane>('channel');
  const [side, setSide] = useState<Side>(null);
  const [drawer, setDrawer] = useState(false);
  const [help, setHelp] = useState(false);
  const [toast, tell] = useToast();
  const { workspace, user } = model;
  const inChannel = useMemo(
    () => model.messages.filter(({ channel }) => channel === workspace.channel.id),
    [model.messages, workspace.channel.id],
  );
  const openCount = useMemo(() => inChannel.filter(isOpenCard).length, [inChannel]);
  useEffect(() => {
    document.title = `${openCount > 0 ? `(${openCount}) ` : ''}#${workspace.channel.name} · ${workspace.name}`;
  }, [openCount, workspace]);

  const actOn: PageContext['actOn'] = useCallback(
    async (message, placed, choice) => {
      const request = {
        user,
        ts: message.ts,
        channel: message.channel,
        actionId: placed.actionId,
        blockId: placed.blockId,
        stale: true,
      };
      try {
        if (choice === null) await api.click(request);
        else await api.select({ ...request, value: choice });
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    },
    [user, tell],
  );
  const { focused, focus } = useCardKeys({ messages: inChannel, actOn, tell, active: pane === 'channel' });

  useKeyboard(
    new Map([
      ['?', () => setHelp(true)],
      ['Escape', () => setSide(null)],
      ['/', () => document.querySelector<HTMLTextAreaElement>('textarea[name=message]')?.focus()],
    ]),
  );

  const blocks = useMemo(
    () => ({ theme, users: workspace.users, channel: workspace.channel, app: workspace.app }),
    [theme, workspace],
  );
  const page: PageContext = useMemo(
    () => ({
      model,
      blocks,
      focused,
      focus,
      actOn,
      dismiss: (message) => dispatch({ type: 'dismiss', message }),
      openThread: (root) => setSide({ kind: 'thread', root }),
      tell,
    }),
    [model, blocks, focused, focus, actOn, dispatch, tell],
  );
  const top = model.modals.at(-1);

  return h(
    PageProvider,
    { value: page },
    h(
      'div',
      {
        className: `page ${side === null ? '' : 'with-panel'} ${drawer ? 'drawer-open' : ''}`,
        'data-theme': theme,
      },
      h(Sidebar, {
        pane,
        openCount,
        onPane: (next) => {
          setPane(next);
          setDrawer(false);
        },
        onUser: switchUser,
      }),
      h('button', {
        type: 'button',
        className: 'scrim',
        'aria-label': 'Close the menu',
        onClick: () => setDrawer(false),
      }),
      h(
        'main',
        null,
        h(ChannelHeader, {
          pane,
          theme,
          onMenu: () => setDrawer(true),
          onPane: setPane,
          onTheme: toggleTheme,
          onHelp: () => setHelp(true),
          onDeveloper: () => setSide(side?.kind === 'developer' ? null : { kind: 'developer' }),
        }),
        connected
          ? null
          : h(
              'p',
              { className: 'lost', role: 'alert' },
              'The connection to the sandbox is lost. Trying again…',
            ),
        h(Banner),
        h(MainPane, { pane, model, onSwitchUser: switchUser, dispatch }),
      ),
      side?.kind === 'thread' ? h(ThreadPanel, { root: side.root, onClose: () => setSide(null) }) : null,
      side?.kind === 'developer' ? h(DeveloperPanel, { onClose: () => setSide(null) }) : null,
      top === undefined ? null : h(ModalView, { key: `${String(top.id)} ${String(top.hash)}`, view: top }),
      help ? h(KeysHelp, { onClose: () => setHelp(false) }) : null,
      toast === null ? null : h('div', { className: 'toast', role: 'status' }, toast),
    ),
  );
};

const MainPane = ({
  pane,
  model,
  onSwitchUser,
  dispatch,
}: {
  pane: Pane;
  model: Model;
  onSwitchUser: (user: string) => void;
  dispatch: ReturnType<typeof useWorkspace>[1];
}): ReactElement => {
  if (pane === 'home') return h(HomePane);
  const { channel, app } = model.workspace;
  const id = pane === 'channel' ? channel.id : `D${model.user.slice(1)}`;
  const own = model.messages.filter((message) => message.channel === id);
  const main = own.filter(
    ({ thread_ts, reply_broadcast }) => thread_ts === undefined || reply_broadcast === true,
  );
  const replyCounts = new Map<string, number>();
  for (const { thread_ts: root } of own)
    if (root !== undefined) replyCounts.set(root, (replyCounts.get(root) ?? 0) + 1);
  return h(
    'div',
    { className: 'channel', key: id },
    h(MessageList, {
      messages: main,
      replyCounts,
      hasOlder: pane === 'channel' && model.hasOlder,
      label: pane === 'channel' ? `Messages in #${channel.name}` : `Messages from ${app.name}`,
      loadOlder: () => {
        void api
          .olderMessages(id, own[0]?.ts ?? '')
          .then((messages) => dispatch({ type: 'older', messages }));
      },
    }),
    h(Composer, {
      channel: id,
      placeholder:
        pane === 'channel' ? `Message #${channel.name}, or /finkvra status` : `Message ${app.name}`,
      onSwitchUser,
    }),
  );
};

/** j and k move between cards; g, n, s and u answer the one in focus. */
const useCardKeys = ({
  messages,
  actOn,
  tell,
  active,
}: {
  messages: readonly StoredMessage[];
  actOn: PageContext['actOn'];
  tell: (text: string) => void;
  active: boolean;
}): { focused: string | null; focus: (ts: string) => void } => {
  const [focused, setFocused] = useState<string | null>(null);
  const lastAnswered = useRef<string | null>(null);
  const cards = messages.filter(isCard);
  const reveal = (ts: string): void => {
    setFocused(ts);
    requestAnimationFrame(() =>
      document.querySelector(`[data-ts="${CSS.escape(ts)}"]`)?.scrollIntoView({ block: 'nearest' }),
    );
  };
  const move = (step: 1 | -1): void => {
    const at = cards.findIndex(({ ts }) => ts === focused);
    const first = cards.find(isOpenCard) ?? cards.at(-1);
    const next = at === -1 ? first : cards[Math.min(cards.length - 1, Math.max(0, at + step))];
    if (next === undefined) tell('There is no card to answer.');
    else reveal(next.ts);
  };
  const answer = (name: string): void => {
    const actionId = `${answerPrefix}${name}`;
    const at = cards.findIndex(({ ts }) => ts === focused);
    const here = cards[at];
    const lastOne = cards.find(({ ts }) => ts === lastAnswered.current);
    const card =
      [here, name === 'undo' ? lastOne : undefined].find(
        (candidate) => candidate !== undefined && answersOf(candidate).includes(actionId),
      ) ?? undefined;
    if (card === undefined) {
      tell(here === undefined ? 'Press j to go to the first card.' : 'This card has no such button.');
      return;
    }
    const placed = elementsOf(card.blocks).find((element) => element.actionId === actionId);
    if (placed === undefined) return;
    if (name !== 'undo') lastAnswered.current = card.ts;
    void actOn(card, placed, null);
    const next =
      name === 'undo'
        ? card
        : (cards.slice(at + 1).find(isOpenCard) ??
          cards.find((other) => other.ts !== card.ts && isOpenCard(other)));
    if (next !== undefined) reveal(next.ts);
  };
  useKeyboard(
    active
      ? new Map<string, () => void>([
          ['j', () => move(1)],
          ['k', () => move(-1)],
          ...[...answerKeys].map(([key, name]): [string, () => void] => [key, () => answer(name)]),
        ])
      : new Map(),
  );
  return { focused, focus: useCallback((ts: string) => setFocused(ts), []) };
};

const toastMs = 5_000;

const useToast = (): [string | null, (text: string) => void] => {
  const [toast, setToast] = useState<string | null>(null);
  useEffect(() => {
    if (toast === null) return;
    const timer = window.setTimeout(() => setToast(null), toastMs);
    return () => window.clearTimeout(timer);
  }, [toast]);
  return [toast, useCallback((text: string) => setToast(text), [])];
};
