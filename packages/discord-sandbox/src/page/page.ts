import { createElement as h, type ReactElement, useEffect, useRef, useState } from 'react';
import { Dialog } from 'sandbox-kit/page/dialog';
import { useTheme, useToast } from 'sandbox-kit/page/page-hooks';
import type { PageState } from '../page-protocol.ts';
import { api } from './api.ts';
import { Composer } from './composer.ts';
import { MessageView } from './message-view.ts';
import { ModalView } from './modal-view.ts';
import { PageProvider, type Picture, usePage } from './page-context.ts';
import { Sidebar } from './sidebar.ts';

/** The whole server, as one person sees it. */
export const Page = ({
  state,
  connected,
  switchUser,
}: {
  state: PageState;
  connected: boolean;
  switchUser: (id: string) => void;
}): ReactElement => {
  const [opened, setOpened] = useState(state.mainChannel);
  const [picture, showPicture] = useState<Picture | null>(null);
  const [theme, toggleTheme] = useTheme();
  const [toast, tell] = useToast();
  const channel = state.channels.some(({ id }) => id === opened) ? opened : state.mainChannel;
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  return h(
    PageProvider,
    { value: { state, channel, openChannel: setOpened, run, showPicture } },
    h(
      'div',
      { className: 'page' },
      h(Sidebar, { switchUser, theme, toggleTheme }),
      h(
        'main',
        null,
        h(ChannelHeader, { connected }),
        h(Banner),
        h(MessageList, { key: channel }),
        h(Composer, { key: `${channel} composer` }),
      ),
    ),
    state.modal === null ? null : h(ModalView, { key: state.modal.customId, modal: state.modal }),
    picture === null
      ? null
      : h(
          Dialog,
          { label: picture.alt, className: 'lightbox', onClose: () => showPicture(null) },
          h('img', { src: picture.src, alt: picture.alt }),
          h(
            'button',
            { type: 'button', className: 'button secondary', onClick: () => showPicture(null) },
            'Close',
          ),
        ),
    toast === null ? null : h('p', { className: 'toast', role: 'alert' }, toast),
  );
};

const ChannelHeader = ({ connected }: { connected: boolean }): ReactElement => {
  const { state, channel, openChannel } = usePage();
  const place = state.channels.find(({ id }) => id === channel);
  const parent = place?.thread?.parent;
  const online = connected && state.connections > 0;
  return h(
    'header',
    { className: 'channel-header' },
    parent === undefined
      ? null
      : h(
          'button',
          {
            type: 'button',
            className: 'icon',
            'aria-label': 'Back to the channel',
            onClick: () => openChannel(parent),
          },
          '‹',
        ),
    h('h2', null, place?.type === 1 ? '@ Finkvra' : `# ${place?.name ?? ''}`),
    h(
      'span',
      { className: online ? 'status online' : 'status', role: 'status' },
      connected ? (online ? 'Finkvra is online' : 'Finkvra is offline') : 'The sandbox cannot be reached',
    ),
  );
};

/** Says that all alerts are simulated, and answers a round for people who do not read light curves. */
const Banner = (): ReactElement | null => {
  const { state, run } = usePage();
  const { banner, openCards, answering } = state;
  const offer = answering !== null || (openCards ?? 0) > 0;
  if (banner === null && !offer) return null;
  return h(
    'div',
    { className: 'banner' },
    banner === null ? null : h('p', { role: 'note' }, banner),
    offer
      ? h(
          'button',
          {
            type: 'button',
            className: 'button secondary',
            'data-answer-rest': true,
            disabled: answering !== null,
            onClick: () => void run(api.answerRest),
          },
          answering === null
            ? `Answer the rest of this round from the simulation’s truth (${openCards})`
            : `Answering… ${answering.left} to go`,
        )
      : null,
  );
};

/** Distance from the end, in pixels, that still counts as the end. */
const NEAR = 120;

/** The messages, oldest first; stays at the end if the person is there. */
const MessageList = (): ReactElement => {
  const { state, channel } = usePage();
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const messages = state.messages.filter(({ channel_id, type }) => channel_id === channel && type !== 21);
  useEffect(() => {
    const box = list.current;
    if (box === null) return;
    const follow = (): void => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    };
    let height = 0;
    // Only if the list kept its height has the person scrolled.
    const onScroll = (): void => {
      if (box.scrollHeight === height) atEnd.current = height - box.scrollTop - box.clientHeight < NEAR;
      height = box.scrollHeight;
    };
    const sizes = new ResizeObserver(follow);
    for (const child of box.children) sizes.observe(child);
    box.addEventListener('scroll', onScroll);
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, []);
  return h(
    'div',
    { className: 'messages', ref: list, tabIndex: 0, role: 'log', 'aria-label': 'Messages' },
    h(
      'div',
      null,
      messages.length === 0
        ? h('p', { className: 'empty' }, 'Nothing here yet.')
        : messages.map((message) => h(MessageView, { key: message.id, message })),
    ),
  );
};
