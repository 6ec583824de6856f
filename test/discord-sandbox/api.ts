import type { DiscordSandbox } from 'discord-sandbox';
import { isObject } from 'sandbox-kit/json';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** One call of the API as a program without a library makes it. */
export const call = async (
  sandbox: DiscordSandbox,
  method: string,
  path: string,
  body?: unknown,
  token: string = sandbox.botToken,
): Promise<ApiAnswer> => {
  const response = await fetch(`${sandbox.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown =
    text === '' || text.startsWith('<') || text.startsWith('error') ? {} : JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    body: isObject(parsed) ? parsed : { list: parsed },
  };
};

export const post = (sandbox: DiscordSandbox, body: unknown): Promise<ApiAnswer> =>
  call(sandbox, 'POST', `/channels/${sandbox.channel}/messages`, body);

export const button = (custom_id: string): object => ({ type: 2, style: 1, label: custom_id, custom_id });
export const row = (...components: object[]): object => ({ type: 1, components });
