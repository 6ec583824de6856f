import type { Core } from '../core.ts';
import type { Answering } from '../interactivity/answer-rest.ts';
import { shownView } from '../interactivity/open-views.ts';
import type { PageEvent, PageState, PageStatus } from '../page-protocol.ts';
import { directChannelOf, ids, members } from '../workspace/ids.ts';
import type { Change, StoredMessage } from '../workspace/types.ts';

/** The workspace as one person sees it. */
export interface PageStates {
  readonly status: () => PageStatus;
  readonly stateOf: (user: string) => PageState;
  /** A change for a person's page; null if they cannot see it. */
  readonly eventFor: (change: Change, user: string) => PageEvent | null;
}

const newestMessages = 300;

export const createPageStates = (core: Core, answering: Answering | null): PageStates => {
  const status = (): PageStatus => ({
    connections: core.link.connections(),
    openCards: answering?.openCards() ?? null,
    answering: answering?.progress() ?? null,
    faults: core.faults.state(),
  });

  const stateOf = (user: string): PageState => {
    const { storage } = core.workspace;
    const channel = storage.messages({ channel: ids.channel, thread: 'all', limit: newestMessages + 1 });
    const direct = storage.messages({ channel: directChannelOf(user), thread: 'all', limit: newestMessages });
    const notes = storage.messages({ thread: 'all', onlyTo: user, limit: 50 });
    const home = core.views.home(user);
    return {
      type: 'state',
      workspace: {
        name: ids.teamName,
        banner: core.settings.bannerText,
        channel: { id: ids.channel, name: ids.channelName },
        app: { userId: ids.botUser, name: 'Finkvra' },
        users: members,
        commands: core.settings.commands,
      },
      user,
      messages: [...channel.slice(0, newestMessages), ...direct, ...notes].sort(byTime),
      hasOlder: channel.length > newestMessages,
      home: home === undefined ? null : shownView(home),
      modals: core.views.stack(user).map(shownView),
      status: status(),
    };
  };

  const eventFor = (change: Change, user: string): PageEvent | null => {
    switch (change.type) {
      case 'message':
        return sees(user, change.message) ? change : null;
      case 'message_deleted':
        return change;
      case 'notice':
        return change.notice.user === user ? change : null;
      case 'home': {
        const view = core.views.home(user);
        return change.user === user
          ? { type: 'home', view: view === undefined ? null : shownView(view) }
          : null;
      }
      case 'modals':
        return change.user === user ? { type: 'modals', views: core.views.stack(user).map(shownView) } : null;
      case 'status':
        return null;
    }
  };

  return { status, stateOf, eventFor };
};

const byTime = (a: StoredMessage, b: StoredMessage): number => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);

const sees = (user: string, message: StoredMessage): boolean =>
  (message.ephemeral_to ?? user) === user &&
  (message.channel === ids.channel || message.channel === directChannelOf(user));
