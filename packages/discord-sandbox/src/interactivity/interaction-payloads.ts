import type { JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { ids } from '../guild/ids.ts';
import { limits } from '../validate/limits.ts';
import type { Interaction } from './interactions.ts';

/** INTERACTION_CREATE as the Gateway sends it. */
export const interactionPayload = (interaction: Interaction, data: JsonObject, core: Core): JsonObject => {
  const { guild, payloads } = core;
  const channel = guild.channel(interaction.channel);
  const member = guild.member(interaction.user);
  const source = interaction.source === undefined ? undefined : guild.storage.message(interaction.source);
  const direct = channel?.type === 1;
  const bits = (user: string): string =>
    channel === undefined ? '0' : guild.permissions(user, channel).toString();
  return {
    id: interaction.id,
    application_id: ids.bot,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data,
    channel_id: interaction.channel,
    channel: channel === undefined ? null : payloads.channel(channel),
    ...(direct || member === undefined
      ? { user: payloads.user(interaction.user), context: 1, authorizing_integration_owners: { 0: '0' } }
      : {
          guild_id: ids.guild,
          guild: { id: ids.guild, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: { ...payloads.member(member), permissions: bits(interaction.user) },
          context: 0,
          authorizing_integration_owners: { 0: ids.guild },
        }),
    ...(source === undefined ? {} : { message: payloads.message(source) }),
    app_permissions: bits(ids.bot),
    locale: 'en-US',
    entitlements: [],
    attachment_size_limit: limits.attachmentBytes,
  };
};

/** Chosen people, roles and channels, sent with the interaction. */
export const resolved = (chosen: readonly string[], core: Core): JsonObject => {
  const { guild, payloads } = core;
  const members = chosen.flatMap((id) => guild.member(id) ?? []);
  const roles = guild.roles.filter(({ id }) => chosen.includes(id));
  const channels = chosen.flatMap((id) => guild.channel(id) ?? []);
  const byId = <T extends { readonly id: string }>(
    items: readonly T[],
    payload: (item: T) => JsonObject,
  ): JsonObject => Object.fromEntries(items.map((item) => [item.id, payload(item)]));
  return {
    users: byId(members, ({ id }) => payloads.user(id)),
    members: byId(members, (member) => {
      const { user: _user, ...rest } = payloads.member(member);
      return { ...rest, permissions: '0' };
    }),
    roles: byId(roles, payloads.role),
    channels: byId(channels, (channel) => ({ ...payloads.channel(channel), permissions: '0' })),
  };
};
