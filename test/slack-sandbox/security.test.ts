import { request } from 'node:http';
import { maskSecrets } from 'sandbox-kit/traffic';
import { type Sandbox, startSandbox } from 'slack-sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('who may use the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, databasePath: ':memory:' });
  });
  afterAll(async () => {
    await sandbox.stop();
  });

  /** The status of a request with these headers, which fetch would not let us set. */
  const status = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body = '',
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`${sandbox.url}${path}`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const json = { 'content-type': 'application/json' };
  const say = JSON.stringify({ user: 'U0VERA', text: 'hello' });

  it('answers to its own names only, so that a rebound name gets nothing', async () => {
    const { port } = new URL(sandbox.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect(await status('GET', '/sandbox/faults', { host })).toBe(200);
    for (const host of [`evil.example:${port}`, '127.0.0.1.nip.io'])
      expect(await status('GET', '/sandbox/faults', { host })).toBe(403);
  });

  it('lets no other site act in it', async () => {
    const post = (headers: Record<string, string>) =>
      status('POST', '/sandbox/act/say', { ...json, ...headers }, say);
    expect(await post({})).toBe(200);
    expect(await post({ origin: sandbox.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await post({ origin: 'https://evil.example' })).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post({ 'content-type': 'text/plain' })).toBe(403);
    expect(sandbox.messages()).toHaveLength(2);
  });

  it('opens no Socket Mode connection without a fresh ticket', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==',
    };
    expect(await status('GET', '/link/?ticket=0123', upgrade)).toBe(404);
    expect(sandbox.connections()).toBe(0);
  });

  it('serves a page that may load nothing from elsewhere', async () => {
    const response = await fetch(sandbox.url);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html.match(/(?:src|href)="(?!data:|\/)[^"]*"/g)).toBeNull();
  });

  it('never shows tokens in the traffic', async () => {
    const { botToken, appToken } = sandbox;
    const masked = maskSecrets(
      `${botToken} ${appToken} ws://a/link/?ticket=0a1b&app_id=A http://a/response/0a1b`,
    );
    expect(masked).toBe('xoxb-••• xapp-••• ws://a/link/?ticket=•••&app_id=A http://a/response/•••');
  });

  it('names what is wrong with a request to act', async () => {
    const answer = await fetch(`${sandbox.url}/sandbox/act/click`, {
      method: 'POST',
      headers: json,
      body: '{"user":"U0VERA"}',
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain('actionId');
    expect(await status('GET', '/sandbox/nothing', {})).toBe(404);
    expect(await status('POST', '/sandbox/act/dance', json, '{}')).toBe(404);
  });
});
