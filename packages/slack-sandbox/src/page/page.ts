import { type ReactElement, useCallback, useEffect, useMemo, useState } from 'react';
import { api } from './api.ts';
import { Banner } from './banner.ts';
import { isOpenCard } from './cards.ts';
import { ChannelHeader } from './channel-header.ts';
import { DeveloperPanel } from './developer-panel.ts';
import { Dialog } from './dialog.ts';
import { h } from './h.ts';
import { KeysHelp } from './keys-help.ts';
import { MainPane } from './main-pane.ts';
import { ModalView } from './modal-view.ts';
import { type PageContext, PageProvider, type Picture } from './page-context.ts';
import { type Pane, Sidebar } from './sidebar.ts';
import { ThreadPanel } from './thread-panel.ts';
import { useCardKeys } from './use-card-keys.ts';
import { useKeyboard } from './use-keyboard.ts';
import { useTheme } from './use-theme.ts';
import { useToast } from './use-toast.ts';
import type { Model, useWorkspace } from './use-workspace.ts';

type Side = { readonly kind: 'thread'; readonly root: string } | { readonly kind: 'developer' } | null;

/** The page of somebody who is in the workspace. */
export const Page = ({
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
  const [newestWanted, setNewestWanted] = useState(0);
  const [picture, setPicture] = useState<Picture | null>(null);
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
  const openThread = useCallback((root: string) => setSide({ kind: 'thread', root }), []);
  const { focused, focus } = useCardKeys({
    messages: inChannel,
    actOn,
    tell,
    openThread,
    active: pane === 'channel',
  });

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
      openThread,
      showNewest: () => setNewestWanted((count) => count + 1),
      newestWanted,
      showPicture: setPicture,
      tell,
    }),
    [model, blocks, focused, focus, actOn, dispatch, openThread, newestWanted, tell],
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
      picture === null
        ? null
        : h(
            Dialog,
            { label: picture.alt, className: 'picture', onClose: () => setPicture(null) },
            h('img', { ...picture, onClick: () => setPicture(null) }),
          ),
      help ? h(KeysHelp, { onClose: () => setHelp(false) }) : null,
      toast === null ? null : h('div', { className: 'toast', role: 'status' }, toast),
    ),
  );
};
