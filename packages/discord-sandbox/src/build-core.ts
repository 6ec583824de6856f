import { createTraffic } from 'sandbox-kit/traffic';
import type { Core } from './core.ts';
import { createFaults } from './faults/faults.ts';
import { createGateway } from './gateway/gateway.ts';
import { guildCreate, readyData, tellOfChanges } from './gateway/guild-events.ts';
import { createGuild } from './guild/guild.ts';
import { newBotToken } from './guild/ids.ts';
import { createPayloads } from './guild/payloads.ts';
import { invitePermissions } from './guild/permissions.ts';
import { createInteractions } from './interactivity/interactions.ts';
import { createOpenModals } from './interactivity/open-modals.ts';
import { createNonces } from './rest/nonces.ts';
import { createRateLimits } from './rest/rate-limits.ts';
import type { BotToken, SandboxOptions, Settings } from './settings.ts';

const settingsOf = (options: SandboxOptions): Settings => ({
  rateScale: options.rateScale ?? 1,
  answerMs: options.answerMs ?? 3_000,
  tokenMs: options.tokenMs ?? 15 * 60_000,
  nonceMs: options.nonceMs ?? 180_000,
  heartbeatMs: options.heartbeatMs ?? 41_250,
  sessionMs: options.sessionMs ?? 120_000,
  identifyWindowMs: options.identifyWindowMs ?? 5_000,
  identifiesPerDay: options.identifiesPerDay ?? 1_000,
  privilegedIntents: options.privilegedIntents ?? 0,
  bannerText: options.bannerText ?? null,
});

/** Builds a sandbox's parts. `stop` ends its timers and closes its database. */
export const buildCore = (
  options: SandboxOptions,
  baseUrl: () => string,
): Core & { readonly stop: () => void } => {
  const clock = options.clock ?? (() => new Date());
  const settings = settingsOf(options);
  const guild = createGuild(options.databasePath, clock, options.botPermissions ?? invitePermissions);
  const announceStatus = (): void => guild.announce({ type: 'status' });
  const faults = createFaults(announceStatus);
  const traffic = createTraffic(clock);
  const payloads = createPayloads(guild, baseUrl);
  let current = guild.storage.setting('bot_token', newBotToken);
  const token: BotToken = {
    current: () => current,
    reset: () => {
      current = newBotToken();
      guild.storage.setSetting('bot_token', current);
    },
  };
  const gateway = createGateway({
    settings,
    token,
    faults,
    traffic,
    baseUrl,
    readyData: () => readyData({ guild, payloads }),
    afterReady: () => {
      const inGuild = readyData({ guild, payloads }).guilds;
      return Array.isArray(inGuild) && inGuild.length > 0
        ? [{ event: 'GUILD_CREATE', data: guildCreate({ guild, payloads }) }]
        : [];
    },
    onConnectionsChanged: announceStatus,
  });
  const interactions = createInteractions(settings.answerMs, settings.tokenMs);
  const core: Core = {
    settings,
    token,
    guild,
    payloads,
    gateway,
    interactions,
    modals: createOpenModals((user) => guild.announce({ type: 'modals', user })),
    faults,
    traffic,
    rateLimits: createRateLimits(settings.rateScale),
    nonces: createNonces(settings.nonceMs),
    baseUrl,
  };
  const stopTelling = tellOfChanges(core);
  return {
    ...core,
    stop: () => {
      stopTelling();
      interactions.close();
      gateway.close();
      guild.close();
    },
  };
};
