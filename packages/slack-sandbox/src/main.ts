import { parseArgs } from 'node:util';
import { startSandbox } from './start-sandbox.ts';

// A sandbox in its own process: prints one JSON line with its addresses and tokens, and runs until stopped. `node
// packages/slack-sandbox/src/main.ts --port 0 --db /tmp/sandbox.sqlite`
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3210' },
    db: { type: 'string', default: ':memory:' },
    banner: { type: 'string' },
    'post-burst': { type: 'string' },
    'call-burst': { type: 'string' },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  databasePath: values.db,
  ...(values.banner === undefined ? {} : { bannerText: values.banner }),
  ...(values['post-burst'] === undefined ? {} : { postBurst: Number(values['post-burst']) }),
  ...(values['call-burst'] === undefined ? {} : { callBurst: Number(values['call-burst']) }),
});

const { url, apiUrl, botToken, appToken, channel, users } = sandbox;
console.log(JSON.stringify({ url, apiUrl, botToken, appToken, channel, users }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
