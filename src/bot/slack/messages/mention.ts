import type { People } from '../../access.ts';

/** `<@U1>, <@U2> or <!subteam^S1>`: Slack shows them by name. */
export const mentions = (people: People): string => {
  if (people === 'everyone') return 'anyone in this channel';
  const names = [
    ...people.users.map((user) => `<@${user}>`),
    ...people.groups.map((group) => `<!subteam^${group}>`),
  ];
  const last = names.at(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : (last ?? 'nobody');
};
