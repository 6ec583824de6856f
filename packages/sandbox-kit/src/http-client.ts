import { isObject } from './json.ts';

/** Checks an answer: a zod schema, for example. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** Calls to a sandbox's own addresses. Both throw with the sandbox's reason if it refuses. */
export interface SandboxHttp {
  readonly read: <T>(path: string, schema: Schema<T>) => Promise<T>;
  readonly post: <T>(path: string, body: unknown, schema: Schema<T>) => Promise<T>;
}

/** @param url the sandbox's address, such as http://127.0.0.1:3210 */
export const sandboxHttp = (url: string): SandboxHttp => {
  const base = url.replace(/\/$/, '');
  return {
    read: async (path, schema) => schema.parse(await receive(await fetch(`${base}/sandbox/${path}`))),
    post: async (path, body, schema) =>
      schema.parse(
        await receive(
          await fetch(`${base}/sandbox/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        ),
      ),
  };
};

const receive = async (response: Response): Promise<unknown> => {
  const body: unknown = await response.json();
  if (response.ok) return body;
  const reason = isObject(body) ? String(body.error) : response.statusText;
  throw new Error(`The sandbox answered ${response.status}: ${reason}`);
};

/**
 * An action of a sandbox's page, as a call to the sandbox.
 * @throws Error with a sentence for the user of the page
 */
export const postToSandbox = async <T>(path: string, body: object): Promise<T> => {
  const response = await fetch(`/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error('The sandbox cannot be reached. Is it still running?');
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
};
