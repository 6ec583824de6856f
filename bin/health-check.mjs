#!/usr/bin/env node
// Ends with 0 while the service of this machine or container says that it is well (/healthz), else with 1 and
// the reason. Needs METRICS_PORT, as the service does.
const port = process.env.METRICS_PORT;
if (!port) {
  process.stderr.write('METRICS_PORT is not set: the service says nothing of its health without it.\n');
  process.exit(1);
}
const host = process.env.METRICS_HOST || '127.0.0.1';
// Whoever listens on all addresses is asked on the local one.
const asked = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
try {
  const response = await fetch(`http://${asked.includes(':') ? `[${asked}]` : asked}:${port}/healthz`, {
    signal: AbortSignal.timeout(4000),
  });
  process.stdout.write(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(
    `The service does not answer on ${asked}:${port}: ${error.cause?.message ?? error.message}\n`,
  );
  process.exitCode = 1;
}
