import type { JsonObject } from 'sandbox-kit/json';
import { ids, members, stranger } from '../workspace/ids.ts';
import type { Member } from '../workspace/types.ts';
import { SlackApiError } from './api-error.ts';
import type { Methods } from './method.ts';

/** auth.*, users.*, usergroups.* and bots.info. */
export const peopleMethods: Methods = {
  'auth.test': {
    token: 'any',
    perMinute: 100,
    run: (_args, core, { token }) => ({
      url: `${core.baseUrl()}/`,
      team: ids.teamName,
      team_id: ids.team,
      is_enterprise_install: false,
      ...(token === 'app'
        ? { app_id: ids.app, app_name: ids.botName }
        : { user: ids.botName, user_id: ids.botUser, bot_id: ids.bot }),
    }),
  },
  'users.info': {
    token: 'bot',
    scope: 'users:read',
    perMinute: 100,
    run: (args) => {
      const id = args.required('user');
      const user = [...allUsers(), slackUser(stranger, false)].find((candidate) => candidate.id === id);
      if (user === undefined) throw new SlackApiError('user_not_found');
      return { user };
    },
  },
  'users.list': {
    token: 'bot',
    scope: 'users:read',
    perMinute: 20,
    run: () => ({ members: allUsers(), cache_ts: 0, response_metadata: { next_cursor: '' } }),
  },
  'usergroups.list': {
    token: 'bot',
    scope: 'usergroups:read',
    perMinute: 20,
    run: () => ({ usergroups: [astronomers] }),
  },
  'usergroups.users.list': {
    token: 'bot',
    scope: 'usergroups:read',
    perMinute: 20,
    run: (args) => {
      if (args.required('usergroup') !== astronomers.id) throw new SlackApiError('no_such_subteam');
      return { users: astronomers.users };
    },
  },
  'bots.info': {
    token: 'bot',
    scope: 'users:read',
    perMinute: 50,
    run: (args) => {
      if ((args.text('bot') ?? ids.bot) !== ids.bot) throw new SlackApiError('bot_not_found');
      return {
        bot: {
          id: ids.bot,
          deleted: false,
          name: ids.botName,
          app_id: ids.app,
          user_id: ids.botUser,
          icons: {},
        },
      };
    },
  },
};

const astronomers = {
  id: 'S0ASTRONOMERS',
  team_id: ids.team,
  is_usergroup: true,
  name: 'Astronomers',
  handle: 'astronomers',
  user_count: 2,
  // Not everyone, so that a list of labellers excludes somebody.
  users: members.slice(0, 2).map((member) => member.id),
};

const allUsers = (): JsonObject[] => [
  ...members.map((member) => slackUser(member, false)),
  slackUser({ id: ids.botUser, name: ids.botName, realName: 'Finkvra', team: ids.team }, true),
];

const slackUser = (member: Member, isBot: boolean): JsonObject & { id: string } => ({
  id: member.id,
  team_id: member.team,
  ...(member.team === ids.team ? {} : { is_stranger: true }),
  name: member.name,
  deleted: false,
  real_name: member.realName,
  tz: 'Etc/UTC',
  tz_label: 'Coordinated Universal Time',
  tz_offset: 0,
  profile: {
    real_name: member.realName,
    display_name: member.realName.split(' ')[0],
    ...(isBot ? { bot_id: ids.bot, api_app_id: ids.app } : {}),
  },
  is_admin: member.id === members[0]?.id,
  is_owner: false,
  is_bot: isBot,
  is_app_user: false,
  updated: 0,
});
