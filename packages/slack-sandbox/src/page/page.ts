import {
  Fragment,
  createElement as h,
  type ReactElement,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { Dialog } from 'sandbox-kit/page/dialog';
import { useKeyboard, useTheme, useToast } from 'sandbox-kit/page/page-hooks';
import type { StoredMessage } from '../workspace/types.ts';
import { api } from './api.ts';
import { Banner } from './frame/banner.ts';
import { ChannelHeader } from './frame/channel-header.ts';
import { DeveloperPanel } from './frame/developer-panel.ts';
import { KeysHelp } from './frame/keys-help.ts';
import { ModalView } from './frame/modal-view.ts';
import { type Pane, Sidebar } from './frame/sidebar.ts';
import { isOpenCard } from './messages/cards.ts';
import { MainPane } from './messages/main-pane.ts';
import { ThreadPanel } from './messages/thread-panel.ts';
import { useCardKeys } from './messages/use-card-keys.ts';
import { type PageContext, PageProvider, type Picture, usePage } from './page-context.ts';
import type { Model, useWorkspace } from './use-workspace.ts';

type Side = { readonly kind: 'thread'; readonly root: string } | { readonly kind: 'developer' } | null;

/** The page of one person. */
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
  const { inChannel, openCount } = useChannel(model);
  const actOn = useActOn(user, tell);
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
      ['/', focusComposer],
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
      h(Scrim, { onClick: () => setDrawer(false) }),
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
        connected ? null : h(Lost),
        h(Banner),
        h(MainPane, { pane, model, onSwitchUser: switchUser, dispatch }),
      ),
      h(SidePanel, { side, onClose: () => setSide(null) }),
      h(Overlays, { picture, help, onPicture: setPicture, onHelp: setHelp }),
      toast === null ? null : h('div', { className: 'toast', role: 'status' }, toast),
    ),
  );
};

const focusComposer = (): void =>
  document.querySelector<HTMLTextAreaElement>('textarea[name=message]')?.focus();

/** Covers the page while the menu is open on a narrow screen. */
const Scrim = ({ onClick }: { onClick: () => void }): ReactElement =>
  h('button', { type: 'button', className: 'scrim', 'aria-label': 'Close the menu', onClick });

const Lost = (): ReactElement =>
  h('p', { className: 'lost', role: 'alert' }, 'The connection to the sandbox is lost. Trying again…');

/** The panel beside the channel: a thread, or the traffic. */
const SidePanel = ({ side, onClose }: { side: Side; onClose: () => void }): ReactElement | null => {
  if (side === null) return null;
  return side.kind === 'thread'
    ? h(ThreadPanel, { root: side.root, onClose })
    : h(DeveloperPanel, { onClose });
};

/** Overlays: the app's modal, an enlarged picture, the keys. */
const Overlays = ({
  picture,
  help,
  onPicture,
  onHelp,
}: {
  picture: Picture | null;
  help: boolean;
  onPicture: (picture: Picture | null) => void;
  onHelp: (open: boolean) => void;
}): ReactElement => {
  const { model } = usePage();
  const top = model.modals.at(-1);
  const closePicture = (): void => onPicture(null);
  return h(
    Fragment,
    null,
    top === undefined ? null : h(ModalView, { key: String(top.id), view: top }),
    picture === null
      ? null
      : h(
          Dialog,
          { label: picture.alt, className: 'picture', onClose: closePicture },
          h('img', { ...picture, onClick: closePicture }),
        ),
    help ? h(KeysHelp, { onClose: () => onHelp(false) }) : null,
  );
};

/** Presses a button or chooses from a menu of a message, as this person. */
const useActOn = (user: string, tell: (text: string) => void): PageContext['actOn'] =>
  useCallback(
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

/** The channel's messages, and the number of open cards, which the tab's title shows too. */
const useChannel = (model: Model): { inChannel: readonly StoredMessage[]; openCount: number } => {
  const { workspace } = model;
  const inChannel = useMemo(
    () => model.messages.filter(({ channel }) => channel === workspace.channel.id),
    [model.messages, workspace.channel.id],
  );
  const openCount = useMemo(() => inChannel.filter(isOpenCard).length, [inChannel]);
  useEffect(() => {
    document.title = `${openCount > 0 ? `(${openCount}) ` : ''}#${workspace.channel.name} · ${workspace.name}`;
  }, [openCount, workspace]);
  return { inChannel, openCount };
};
