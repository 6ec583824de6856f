import { parseArgs } from 'node:util';
import { startDiscordSandbox } from './start-sandbox.ts';

// A sandbox in its own process: prints one JSON line with its addresses and token, and runs until stopped. `node
// packages/discord-sandbox/src/main.ts --port 0 --db /tmp/discord.sqlite`
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3211' },
    db: { type: 'string', default: ':memory:' },
    banner: { type: 'string' },
    'rate-scale': { type: 'string', default: '1' },
    'identify-window-ms': { type: 'string', default: '5000' },
  },
});

const sandbox = await startDiscordSandbox({
  port: Number(values.port),
  databasePath: values.db,
  rateScale: Number(values['rate-scale']),
  identifyWindowMs: Number(values['identify-window-ms']),
  ...(values.banner === undefined ? {} : { bannerText: values.banner }),
});

const { url, apiUrl, botToken, applicationId, guild, channel, users } = sandbox;
console.log(JSON.stringify({ url, apiUrl, botToken, applicationId, guild, channel, users }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
