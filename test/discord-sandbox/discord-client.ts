import { Client, Events, GatewayIntentBits, type TextChannel } from 'discord.js';
import { type DiscordSandbox, type SandboxOptions, startDiscordSandbox } from 'discord-sandbox';

/** A server whose limits no test meets by accident; tests of limits start one of their own. */
export const startRoomyDiscord = (options: Partial<SandboxOptions> = {}): Promise<DiscordSandbox> =>
  startDiscordSandbox({
    port: 0,
    databasePath: ':memory:',
    rateScale: 1_000,
    identifyWindowMs: 0,
    ...options,
  });

/** discord.js as anybody would set it up; only the API's address is the sandbox's. */
export const startClient = async (
  sandbox: DiscordSandbox,
  register: (client: Client) => void = () => undefined,
  intents: readonly GatewayIntentBits[] = [GatewayIntentBits.Guilds],
): Promise<Client<true>> => {
  const client = new Client({ intents, rest: { api: sandbox.apiUrl } });
  register(client);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.botToken);
  return ready;
};

export const mainChannel = async (client: Client, sandbox: DiscordSandbox): Promise<TextChannel> => {
  const channel = await client.channels.fetch(sandbox.channel);
  if (channel === null || channel.type !== 0) throw new Error('the main channel is no text channel');
  return channel;
};
